"""REST for programs of admins: what the portal shows, and what may be asked for."""
