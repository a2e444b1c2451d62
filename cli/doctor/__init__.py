"""The verb that says what is in order and what needs fixing."""
