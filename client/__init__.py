"""Starting, finding and asking workflows, from outside of them."""
