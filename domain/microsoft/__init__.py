"""Where Microsoft is, and who signs in there."""
