"""Forgetting people: one who asks for it, and all who ended long ago."""
