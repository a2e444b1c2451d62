"""Mailboxes: messages and folders, sending and delivery."""
