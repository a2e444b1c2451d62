"""Mailboxes, for whoever looks at them or tries one."""
