"""What mails and pages look like, and what they say."""
