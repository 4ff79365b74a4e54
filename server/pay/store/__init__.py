"""SQL of pay, one file a noun; decides nothing."""
