"""Webhooks in the portal: where they lead, what they were told, and what is wrong."""
