"""The workflows that schedules start."""
