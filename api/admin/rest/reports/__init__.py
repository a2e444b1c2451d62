"""REST about reports by mail."""
