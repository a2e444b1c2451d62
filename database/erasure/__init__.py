"""What is taken out of the tables: after a time, or at once for one person."""
