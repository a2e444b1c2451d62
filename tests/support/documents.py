"""The documents made from the code: ``docs/settings.md``, ``docs/cli.md``, ``.env.example``.

``python -m tests.support.documents`` (``make docs``) writes them; a test holds them to the code.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from pydantic.fields import FieldInfo

from settings import (
    SECRETS,
    ApiSettings,
    PlanSettings,
    PolicySettings,
    PreviewSettings,
    ProvisionSettings,
    SignInSettings,
    TemporalSettings,
    WebhookSettings,
    WorkerSettings,
)
from settings.base import Settings
from settings.values.spelling import spelled
from tests.support.command_line_page import command_line_page

ROOT = Path(__file__).resolve().parents[2]
KINDS: dict[str, type[Settings]] = {
    "worker": WorkerSettings,
    "api": ApiSettings,
    "import": PolicySettings,
    "plan": PlanSettings,
    "preview": PreviewSettings,
    "provision": ProvisionSettings,
    "sign-in": SignInSettings,
    "webhooks": WebhookSettings,
    "all": TemporalSettings,
}

INTRODUCTION = """\
# Settings

Set them in the environment or in a file `.env` in the current folder. The environment wins over the
file, and an empty value is no value. `MFA_ROLLOUT_ENV_FILE` names another file in place of `.env`.
Where neither is there, and no variable names a rollout (`TEMPORAL_ADDRESS`, `TENANT_ID` and such),
verbs use the demo that runs in the folder, by its file `.demo.env`, and say so.

- A switch is `on` or `off`. A duration is a number and a unit: `7d`, `24h`, `30m`, `15s`. Commas
  separate the entries of a list. A date is `2027-03-31`.
- The file is UTF-8, with or without a byte order mark, or UTF-16 with one, as PowerShell writes it.
  `$` has no meaning in it. Docker Compose reads it, too, and gives `$` one: put a value that has a
  `$` into single quotes, which both understand.
- {secrets} can also be read from a file: `CLIENT_SECRET_FILE=/run/secrets/client-secret`.
- A process that finds something wrong says all of it at once, with a right value for each, and ends
  with status 2. That includes names in `.env` and in the environment that are nearly a setting's.
- The names that begin with `TEMPORAL_` are those of [Temporal's own tools][temporal], which know
  a few more.

"Read by" names the verbs of the command line; *all* are those that ask Temporal something. Verbs
that read our tables, such as `status` and `people`, read `DATA_DIR` and `DATABASE_URL`, too;
`doctor` and `settings --all` read everything. A setting without a default is required by the
processes that read it, but for those in brackets.

Of the other verbs, `pause`, `resume`, `cancel`, `add-to-group`, `mail stop` and `mail start` read
`ANSWER_WITHIN`; `resend`, `retry`, `show`, `status --by day`, `mail mailboxes`, `mail planned`,
`mail probe` and `report schedule` what `import` reads; `compare` and `rebuild` what `worker` reads;
`report show` what `preview` reads.

This page is made from `settings/` by `make docs`.

[temporal]: https://docs.temporal.io/references/client-environment-configuration

| setting | default | read by | what it is |
|---|---|---|---|
"""


def settings_table() -> str:
    """Return ``docs/settings.md``."""
    secrets = ", ".join(f"`{name}`" for name in SECRETS)
    lines = []
    for name, field in _fields():
        default = f"`{_default(field)}`" if _default(field) else ""
        readers = ", ".join(_readers(name))
        required = "**required**" if field.is_required() else default
        lines.append(f"| `{name.upper()}` | {required} | {readers} | {field.description} |")
    return INTRODUCTION.format(secrets=secrets) + "\n".join(lines) + "\n"


def env_example() -> str:
    """Return ``.env.example``: what is required is to be filled in, the rest shows its default."""
    lines = [
        "# Copy to .env and fill in. A line that begins with #NAME= shows a default.",
        "# What each process needs, and how values are written: docs/settings.md",
        "",
        "# Only for docker compose, which runs a Temporal server with it: docs/deploy-compose.md",
        "COMPOSE_PROFILES=temporal",
    ]
    for name, field in _fields():
        what = str(field.description)
        if field.examples and not _default(field):
            what += f" Example: {field.examples[0]}"
        lines += ["", *(f"# {line}" for line in wrap(what, 96, break_on_hyphens=False))]
        setting = f"{name.upper()}={_default(field)}"
        lines.append(setting if field.is_required() else f"#{setting}")
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
        f"(`{verb}`)" if required and not field.is_required() else _of(verb)
        for verb, field in readers.items()
        if field
    ]


def _of(verb: str) -> str:
    return verb if verb == "all" else f"`{verb}`"


def _default(field: FieldInfo) -> str:
    return "" if field.is_required() else spelled(field.default)


if __name__ == "__main__":
    for path, make in DOCUMENTS.items():
        path.write_text(make())
