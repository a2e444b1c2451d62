"""What comes back to the senders: whom it is told to, and whether a sender may send."""
