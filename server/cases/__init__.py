"""What do we do about it: contacts made, promises, tickets, requests, plans, the limitation clock, the ladder."""
