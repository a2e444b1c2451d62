"""One part of an import."""
