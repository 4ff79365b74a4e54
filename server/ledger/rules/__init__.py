"""Pure decisions of the ledger: accounts, allocation, ages of debt, book days, numbers, hashes."""
