"""The audit log: a chain of rows that shows a change of any of them."""
