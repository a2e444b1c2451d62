"""Entra ID's token service: registrations, keys, discovery, tokens and the sign-in."""
