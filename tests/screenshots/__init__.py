"""Pictures of the portal for the documents: `make screenshots` takes them of made-up tables."""
