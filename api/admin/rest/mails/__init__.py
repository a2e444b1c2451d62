"""REST about mails: the switch for all of them, the mailboxes, and what is planned."""
