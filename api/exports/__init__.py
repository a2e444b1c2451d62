"""Files that the portal and REST send: people, rows of an import, and the audit log."""
