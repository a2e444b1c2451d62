"""Lists of people that somebody has given a name, here and in the portal."""
