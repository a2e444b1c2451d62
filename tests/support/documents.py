"""The documents made from the code: ``docs/settings.md``, ``docs/cli.md``, ``.env.example``.

``python -m tests.support.documents`` (``make docs``) writes them; a test holds them to the code.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from settings import (
    SECRETS,
    ApiSettings,
    MailTextSettings,
    PolicySettings,
    ProvisionSettings,
    WorkerSettings,
)
from tests.support.command_line_page import command_line_page

ROOT = Path(__file__).resolve().parents[2]
KINDS: dict[str, type[BaseSettings]] = {
    "worker": WorkerSettings,
    "api": ApiSettings,
    "import": PolicySettings,
    "preview": MailTextSettings,
    "provision": ProvisionSettings,
}
# What Temporal's own tools read, too; https://docs.temporal.io/develop/environment-configuration
TEMPORAL = {
    "TEMPORAL_ADDRESS": ("localhost:7233", "Temporal server."),
    "TEMPORAL_NAMESPACE": ("default", "Its namespace."),
    "TEMPORAL_API_KEY": ("", "API key, for Temporal Cloud; turns TLS on."),
    "TEMPORAL_TLS_CLIENT_CERT_PATH": ("", "Client certificate for mTLS."),
    "TEMPORAL_TLS_CLIENT_KEY_PATH": ("", "Its key."),
}


def settings_table() -> str:
    """Return ``docs/settings.md``."""
    lines = [
        "# Settings",
        "",
        "Set them in the environment or in a file `.env`. Each of "
        + ", ".join(f"`{name}`" for name in SECRETS)
        + " may instead be read from a file that `NAME_FILE` names. Durations are ISO 8601 (`P7D`, "
        "`PT12H`), switches `on` or `off`, lists comma separated. A setting without a default "
        "is required by the processes that read it, but for those in brackets.",
        "",
        "This page is made from `settings/` by `make docs`.",
        "",
        "| setting | default | read by | what it is |",
        "|---|---|---|---|",
    ]
    for name, field in _fields():
        default = "" if field.is_required() else f"`{_default(field)}`" if _default(field) else ""
        readers = ", ".join(_readers(name))
        required = "**required**" if field.is_required() else default
        lines.append(f"| `{name.upper()}` | {required} | {readers} | {field.description} |")
    for name, (default, what) in TEMPORAL.items():
        lines.append(f"| `{name}` | {f'`{default}`' if default else ''} | all | {what} |")
    return "\n".join(lines) + "\n"


def env_example() -> str:
    """Return ``.env.example``: what is required is to be filled in, the rest shows its default."""
    lines = [
        "# Copy to .env and fill in. What each process needs: docs/settings.md",
        "",
        "# Only for docker compose: the password of Temporal's database.",
        "POSTGRES_PASSWORD=",
    ]
    for name, field in _fields():
        lines += ["", *(f"# {line}" for line in wrap(str(field.description), 96))]
        setting = f"{name.upper()}={_default(field)}"
        lines.append(setting if field.is_required() else f"#{setting}")
    for name, (default, what) in TEMPORAL.items():
        lines += ["", f"# {what}", f"#{name}={default}"]
    return "\n".join(lines) + "\n"


DOCUMENTS = {
    ROOT / "docs" / "settings.md": settings_table,
    ROOT / "docs" / "cli.md": command_line_page,
    ROOT / ".env.example": env_example,
}


def seed_tests() -> list[str]:
    """Return the tests that ``docs/seed.md`` names, as pytest calls them."""
    table = (ROOT / "docs" / "seed.md").read_text()
    return sorted(
        {f"tests/{name}" for name in re.findall(r"`([a-z_/]+\.py::test_[a-z0-9_]+)`", table)}
    )


def _fields() -> Iterator[tuple[str, FieldInfo]]:
    seen = set()
    for kind in KINDS.values():
        for name, field in kind.model_fields.items():
            if name not in seen:
                seen.add(name)
                yield name, field


def _readers(name: str) -> list[str]:
    readers = {verb: kind.model_fields.get(name) for verb, kind in KINDS.items()}
    required = any(field.is_required() for field in readers.values() if field)
    return [
        f"(`{verb}`)" if required and not field.is_required() else f"`{verb}`"
        for verb, field in readers.items()
        if field
    ]


def _default(field: FieldInfo) -> str:
    default = field.default
    if default is None or default is PydanticUndefined or default == ():
        return ""
    if isinstance(default, bool):
        return "on" if default else "off"
    if isinstance(default, tuple):
        return ",".join(str(part) for part in default)
    if hasattr(default, "total_seconds"):
        return f"P{default.days}D"
    return str(default)


if __name__ == "__main__":
    for path, make in DOCUMENTS.items():
        path.write_text(make())
