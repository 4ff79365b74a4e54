"""Housekeeping: serve, migrate, backup, restore, verify, doctor, run-due."""
