"""What other systems are told of, and where."""
