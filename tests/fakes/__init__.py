"""Stand-ins for the platforms, on loopback. They refuse what the platforms refuse."""
