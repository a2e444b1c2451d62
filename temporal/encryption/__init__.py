"""What others may not read in Temporal: payloads are encrypted, and names are hashed."""
