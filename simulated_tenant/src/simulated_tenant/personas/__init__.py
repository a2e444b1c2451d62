"""Personas: what the people of the demo are like, and how they act by themselves."""
