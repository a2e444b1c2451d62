"""People: their rows and stories, how they are written, found, listed and erased."""
