"""How texts say what they say."""
