"""What a mail must say, and what it looks like once rendered."""
