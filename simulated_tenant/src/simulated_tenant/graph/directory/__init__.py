"""Graph's users, groups and reports."""
