"""Requests of admins about many people."""
