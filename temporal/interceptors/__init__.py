"""What stands around every workflow and activity of a worker."""
