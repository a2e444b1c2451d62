"""Delivering what other systems are told of."""
