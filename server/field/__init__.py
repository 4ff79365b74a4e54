"""field: who knocks? Routes, planning, visits, photos, and the sync between phones and server."""
