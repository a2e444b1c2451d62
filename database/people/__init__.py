"""Which people are meant: by a filter, or by why they need attention."""
