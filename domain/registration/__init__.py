"""Which authentication methods are a registration, and when they are looked for."""
