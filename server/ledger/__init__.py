"""ledger: what do they owe? Bills, the journal, payments and their allocation, arrears, books."""
