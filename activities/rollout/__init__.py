"""What concerns a rollout as a whole."""
