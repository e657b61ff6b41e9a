"""Measures speed, start and memory, ours beside others': `make bench`."""
