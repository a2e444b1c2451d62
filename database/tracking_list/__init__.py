"""What our tables know of the tracking list, for passes over the whole of it."""
