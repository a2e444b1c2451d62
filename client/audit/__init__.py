"""The audit log, as whatever acts for an admin writes it: before the action and after it."""
