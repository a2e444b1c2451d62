"""Access tokens of Microsoft Entra ID."""
