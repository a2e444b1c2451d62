"""Drafting, sending and limiting mails; reading those that came back."""
