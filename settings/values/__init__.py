"""The kinds of values: how each is written, and what is said of one that is wrong.

A function reads what a person wrote and returns the value. It raises ``ValueError`` with the words
that follow the setting's name ("is not a GUID"), and never repeats what was written.
"""
