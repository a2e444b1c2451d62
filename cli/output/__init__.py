"""Tables in a terminal, and files that verbs write."""
