"""One module a platform: bytes to Incoming, Reply to the platform's JSON."""
