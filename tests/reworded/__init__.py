"""A copy of the tree that says keys for texts: no behaviour may depend on words."""
