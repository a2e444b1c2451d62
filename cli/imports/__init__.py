"""The verbs that tell what became of imports."""
