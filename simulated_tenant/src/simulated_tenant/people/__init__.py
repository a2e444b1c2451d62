"""The plain http side: pages that people read in a browser, and the control API."""
