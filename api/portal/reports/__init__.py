"""Reports by mail in the portal: when they come, to whom, and what became of the last."""
