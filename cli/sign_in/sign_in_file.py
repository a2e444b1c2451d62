"""A person's sign-in that is kept in a file of their own, so that verbs act for them."""

import os
import tempfile
from pathlib import Path

import msal


class KeptSignIn:
    """The file with msal's cache: nobody else on this machine may read it."""

    def __init__(self, path: Path) -> None:
        """Use this file, which need not be there."""
        self.path = path
        self.cache = msal.SerializableTokenCache()
        try:
            self.cache.deserialize(path.read_text())
        except (OSError, ValueError):
            # Nobody has signed in, or the file is broken: then they sign in again.
            self.cache = msal.SerializableTokenCache()

    def save(self) -> None:
        """Write what has changed, all of it or nothing.

        Raises:
            OSError: the file can't be written.
        """
        if not self.cache.has_state_changed:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made with mode 0600.
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(self.cache.serialize())
            Path(name).replace(self.path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def forget(self) -> bool:
        """Delete it, and say whether there was one."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        return True
