"""notices: what do we hand over? Letters, slips and stickers as PDF, their wording, and the proof that they came."""
