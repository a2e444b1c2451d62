"""The verb ``provision``: what has to be there before the first mail."""
