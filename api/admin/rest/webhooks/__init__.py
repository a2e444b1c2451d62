"""REST about webhooks."""
