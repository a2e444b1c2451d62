"""REST about people: lists, files, one person, and what may be asked for about them."""
