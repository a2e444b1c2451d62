"""Imports and their rows."""
