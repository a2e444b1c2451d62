"""Mails as admins look at them."""
