"""Looking for registered methods, one by one and in the tenant's report."""
