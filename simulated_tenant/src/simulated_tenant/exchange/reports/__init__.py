"""What comes back to a sender: failures, delays, receipts, automatic and other answers."""
