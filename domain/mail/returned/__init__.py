"""What comes back of a mail: the report, what its code means, and a sender that is blocked."""
