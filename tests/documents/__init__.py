"""Tests of the commands that the documents show."""
