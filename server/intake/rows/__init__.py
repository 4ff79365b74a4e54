"""Rows: one file per kind of sheet; a row becomes a record of canonical words, or a fault. Pure."""
