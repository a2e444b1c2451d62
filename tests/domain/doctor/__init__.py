"""What doctor makes of what it finds."""
