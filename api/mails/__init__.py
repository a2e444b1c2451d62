"""How mails look, for the portal and for REST."""
