"""What an import does: rows become people, people are started."""
