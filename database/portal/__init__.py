"""What the portal keeps."""
