"""Where Microsoft is, and how it is reached."""
