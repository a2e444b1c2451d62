"""The measurements: each starts what it needs, and returns the rows that it has measured."""
