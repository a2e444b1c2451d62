"""Files of people, and what became of their rows."""
