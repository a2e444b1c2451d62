"""People: writing their rows and stories, and every way to read them."""
