"""The console: plain server-made pages and forms over all rooms, keyboard first and printable."""
