"""The values of our own tables: what `database/` writes and reads, and programs are told."""
