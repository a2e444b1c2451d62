"""What one import may name in place of the settings: waves, send window, sender mailboxes."""
