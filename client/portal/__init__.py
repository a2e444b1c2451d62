"""What an admin sets up beside the rollout itself: reports by mail and webhooks."""
