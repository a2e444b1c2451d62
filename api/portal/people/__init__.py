"""The pages about people: their list, one of them, and who needs attention."""
