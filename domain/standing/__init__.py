"""Where a person stands, what happens next, and why not sooner, in words."""
