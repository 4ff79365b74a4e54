"""SQL of the room kiosk; one file per noun. Every function takes `db: Sql` first and decides nothing."""
