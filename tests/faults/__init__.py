"""Faults under load: whatever breaks meanwhile, everything is accounted for at the end."""
