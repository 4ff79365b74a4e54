"""SQL of the field, one file a noun; decides nothing."""
