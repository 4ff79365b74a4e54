"""The staff app: its page, its files as bytes with their hash, its service worker."""
