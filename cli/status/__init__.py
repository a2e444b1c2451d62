"""The verb that says how the rollout stands."""
