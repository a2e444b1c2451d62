"""Hits that are kept until Temporal has them."""
