"""REST about the rollout as a whole: how it stands, who needs attention, the settings."""
