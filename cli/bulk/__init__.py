"""Verbs about many people at once: bulk requests, and the undo of an import."""
