"""owner: the surface of those who scan: the pay page, receipts, the lobby code's page. HTML only, no script."""
