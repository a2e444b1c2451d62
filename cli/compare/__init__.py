"""The verb that compares the list with what was written to it."""
