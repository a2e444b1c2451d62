"""Mails: the log that is written before each step, the budgets, the mailboxes."""
