"""What people of the rollout are told to those who look: read from our own tables."""
