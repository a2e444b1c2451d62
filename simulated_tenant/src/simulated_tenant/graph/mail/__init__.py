"""Graph's mailboxes: messages, their parts, and sending."""
