"""What the portal keeps: sessions, reports by mail, webhooks."""
