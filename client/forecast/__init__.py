"""Forecasts from our own tables: of the rollout that runs, and of an import beside it."""
