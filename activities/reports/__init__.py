"""Making and sending reports by mail."""
