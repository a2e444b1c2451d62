"""The verbs that prepare what a rollout needs."""
