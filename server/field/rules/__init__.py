"""Pure decisions of the field: no clock, no database, no Flask."""
