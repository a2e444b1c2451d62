"""The Compose file as the tests read it, and the settings that it hands to its services."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from settings import (
    SECRETS,
    ApiSettings,
    PolicySettings,
    ProvisionSettings,
    TemporalSettings,
    WorkerSettings,
)
from settings.base import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
PRODUCT = {name: service for name, service in SERVICES.items() if service["image"] == "mfa-rollout"}
# What each service reads.
KINDS: dict[str, list[type[Settings]]] = {
    "worker": [WorkerSettings, PolicySettings, TemporalSettings],
    "api": [ApiSettings, TemporalSettings],
    "portal": [ApiSettings, TemporalSettings],
    "admin": [WorkerSettings, PolicySettings, TemporalSettings, ProvisionSettings],
}


def demo_environment() -> dict[str, str]:
    """Return the settings of the demo as Compose reads them."""
    lines = (ROOT / "deploy/demo.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def environment_of(service: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Return what a service's process is given where ``.env`` holds ``given``."""
    written = {
        name: given.get(name) if value is None else filled_in(value, given)
        for name, value in service.get("environment", {}).items()
    }
    return {name: value for name, value in written.items() if value is not None}


def filled_in(text: str, given: Mapping[str, str]) -> str:
    """Return a text of the Compose file with its ``${NAME:-default}`` replaced."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: given.get(found[1]) or found[2], text)


def binds(service: Mapping[str, Any]) -> list[str]:
    """Return which of our own files and folders a service mounts."""
    sources = [volume.split(":")[0] for volume in service.get("volumes", [])]
    return [source for source in sources if source.startswith(".")]


def settings_of(*kinds: type[Settings]) -> set[str]:
    """Return the variables that some processes read."""
    names = {name.upper() for kind in kinds for name in kind.model_fields}
    return names | {f"{name}_FILE" for name in SECRETS if name in names}
