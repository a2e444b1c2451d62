"""Verbs that ask running workflows for something: one person, or all mail."""
