"""Tests of what concerns a rollout as a whole."""
