"""Figures about many people: counts, days, who needs attention."""
