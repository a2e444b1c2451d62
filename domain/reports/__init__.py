"""Reports by mail to admins."""
