"""Carries messages between people and answers."""
