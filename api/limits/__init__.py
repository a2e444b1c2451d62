"""How often somebody may ask, and by which address they are counted."""
