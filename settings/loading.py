"""Reading the settings of one kind of process, and saying what is wrong with them."""

import os
from pathlib import Path
from typing import Any, TypeVar

from dotenv import dotenv_values
from pydantic import (
    ValidationError,
)

from settings.base import ENV_FILE, EnvironmentSettings

SECRETS = (
    "CLIENT_SECRET",
    "TRACKING_TOKEN_KEY",
    "API_CLIENT_SECRET",
    "PROVISION_CLIENT_SECRET",
)

S = TypeVar("S", bound="EnvironmentSettings")


class SettingsError(Exception):
    """Settings are missing or contradict each other; the message names each and the remedy."""


def load_settings(kind: type[S]) -> S:
    """Read the settings of one kind of process.

    Raises:
        SettingsError: with a line for each setting that is missing or wrong, and never its value.
    """
    try:
        return kind(**_from_files())
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
    raise SettingsError("\n".join(_line(kind, fault) for fault in faults))


def _from_files() -> dict[str, Any]:
    found: dict[str, Any] = {}
    written = {**dotenv_values(ENV_FILE), **os.environ}
    for name in SECRETS:
        path = written.get(f"{name}_FILE")
        if not path:
            continue
        if written.get(name):
            raise SettingsError(f"Set either {name} or {name}_FILE, not both.")
        try:
            found[name.lower()] = Path(path).read_text().strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE can't be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise SettingsError(f"{name}_FILE holds something else than text.") from None
    return found


def _line(kind: type[EnvironmentSettings], fault: Any) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"{name.upper()} is missing: {kind.model_fields[name].description}"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name.upper()}: {message}" if name else message
