"""`koumen demo`: the main job on a sample estate, from spreadsheets to the lobby, ready to click."""
