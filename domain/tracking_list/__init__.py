"""The tracking list: its columns, and what a row says."""
