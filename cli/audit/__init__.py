"""The audit log on the command line: verbs write to it before they act, and admins read it."""
