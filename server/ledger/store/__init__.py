"""SQL of the ledger, one file per noun; decides nothing."""
