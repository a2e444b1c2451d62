"""Query options: what to show, in which order, and which records match."""
