"""Files of people that are sent to us, and how they are read in a process of its own."""
