"""The verbs that start imports, and show imports and their results."""
