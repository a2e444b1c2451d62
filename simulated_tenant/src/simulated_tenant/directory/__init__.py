"""The directory: users with their managers and methods, and groups with their members."""
