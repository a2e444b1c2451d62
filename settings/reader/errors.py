"""What a wrong setting is reported as."""


class SettingsError(Exception):
    """Settings are missing, wrong or contradictory: a line for each, with a right value.

    No line repeats what was written, since it may be a secret.
    """
