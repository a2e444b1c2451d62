"""What every part needs of Temporal, and that knows no area of the product."""
