"""Our own tables: what the portal, the reports and the limits read."""
