"""What admins may do in the portal and over REST."""
