"""The rules of the rollout: pure, deterministic, and importable from workflow code."""
