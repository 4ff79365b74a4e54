"""Intake: the surface that reads the company's spreadsheets and calls each room's acts."""
