"""The audit log in the portal."""
