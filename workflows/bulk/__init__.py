"""Requests of admins about many people, and the undo of an import."""
