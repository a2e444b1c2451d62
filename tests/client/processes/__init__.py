"""Processes that answer one question."""
