"""Tests of what writes the audit log for whoever acts for an admin."""
