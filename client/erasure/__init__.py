"""Erasing people, as admins ask for it."""
