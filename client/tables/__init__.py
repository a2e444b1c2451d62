"""What concerns our tables as a whole: how far they have come, and refilling them."""
