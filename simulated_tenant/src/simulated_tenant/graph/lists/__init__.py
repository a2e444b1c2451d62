"""Graph's sites and lists: columns, items and their changes."""
