"""Finds the places of Japan that a message asks about."""
