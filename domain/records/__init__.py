"""What programs read about the rollout: the values of our own tables."""
