"""The verb that plays a rollout forward before it begins."""
