"""thanks: whom do we thank? Consents and draws are facts; bands, streaks and the honour board are derived."""
