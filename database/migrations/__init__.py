"""The steps from one schema to the next. They only add; a later release removes."""
