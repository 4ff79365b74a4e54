"""Who lives there? Communities, buildings, homes, owners, tenants, phones and their changes."""
