"""Actions on many people at once: preview, start, progress, report."""
