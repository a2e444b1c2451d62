"""Requests about many people, as an admin makes, follows and stops them."""
