"""Opened mails: durable at once, and sorted behind the answer."""
