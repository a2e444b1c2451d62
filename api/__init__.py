"""The web side: public pages, the tracking pixel, and the outbox that loses no hit."""
