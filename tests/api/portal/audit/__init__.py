"""Tests of the pages about the audit log."""
