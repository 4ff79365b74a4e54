"""Who works here? Staff, roles, passwords, sessions, API tokens, invitations and phones."""
