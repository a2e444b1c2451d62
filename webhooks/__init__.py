"""The HTTP client that posts messages to the addresses of webhooks."""
