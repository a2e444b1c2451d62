"""How well the parts are, and the settings in force."""
