"""Imports over HTTP, for admins."""
