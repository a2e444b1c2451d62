"""Writing rows of the tracking list, and putting them right."""
