"""The one reader of all settings: environment, ``.env``, files of secrets, and what is wrong."""
