"""Inputs that nobody would write, by the million: `make fuzz`. A short run is part of the tests."""
