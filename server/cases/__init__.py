"""What do we do about it: contacts made, promises, tickets, requests, plans, limitation, the ladder."""
