"""What goes wrong while people are invited, a file for each kind."""
