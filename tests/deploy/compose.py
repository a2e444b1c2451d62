"""The Compose file as the tests read it, and the settings that it hands to its services."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
PRODUCT = {name: service for name, service in SERVICES.items() if service["image"] == "mfa-rollout"}


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
