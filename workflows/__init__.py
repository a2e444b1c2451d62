"""Workflows. Nothing is imported here, or every sandbox would import every sibling."""
