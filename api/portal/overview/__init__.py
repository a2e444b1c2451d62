"""The page on which the portal opens."""
