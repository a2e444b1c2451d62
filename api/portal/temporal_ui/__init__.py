"""What the Temporal UI asks the portal for."""
