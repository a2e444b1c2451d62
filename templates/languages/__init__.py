"""What mails and pages say: one catalogue for each language, all with the same keys."""
