"""Shows the settings in force: what steers the rollout, or every one with its origin."""

from collections.abc import Iterator
from typing import Any

from cli.database import open_database
from cli.output.tables import said, table
from cli.terminal import out, print_json
from client.portal.settings_in_force import SettingsGroup, read_settings_in_force
from domain.portal.settings_in_force import CONCERNS_TEXTS
from settings import (
    SECRETS,
    ApiSettings,
    Environment,
    PlanSettings,
    ProvisionSettings,
    SignInSettings,
    TelemetrySettings,
    TemporalSettings,
    WebhookSettings,
    WorkerSettings,
    examine_settings,
    load_settings,
    read_environment,
    spelled,
)

KINDS = (
    WorkerSettings,
    ApiSettings,
    PlanSettings,
    ProvisionSettings,
    SignInSettings,
    WebhookSettings,
    TelemetrySettings,
    TemporalSettings,
)
_DEFAULT, _NOT_SET = "default", "not set"


async def show_in_force(*, as_json: bool) -> None:
    """Print the settings that steer the rollout, here and of the worker.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    here = load_settings(PlanSettings)
    environment = read_environment()
    async with open_database() as database, database.reading() as connection:
        found = await read_settings_in_force(
            connection, here.policy, here.pace, here.enrolment_deadline
        )
    if as_json:
        print_json(
            [
                one | {"from": "worker" if one["ofWorker"] else _origin(one["name"], environment)}
                for one in found.as_json()
            ]
        )
        return
    for group in found.groups:
        _print_group(group, environment)
    for there, mine in found.differing:
        out.print(
            f"The worker was started with {there.name}={said(there.value)}, and here it is "
            f"{said(mine.value)}. Restart the process that has the old value.",
            soft_wrap=True,
        )
    if not found.has_worker:
        out.print("No worker has run yet: its settings are missing.", soft_wrap=True)


def list_every(*, as_json: bool) -> None:
    """Print every setting of all processes, with where it comes from; secrets are not shown.

    Raises:
        SettingsError: the demo has ended whose file was read.
    """
    listed = list(_every(read_environment()))
    if as_json:
        print_json(listed)
        return
    shown = table("Setting", "Value", "From")
    shown.columns[0].no_wrap = True
    for one in listed:
        shown.add_row(one["name"], said(one["value"] or ""), said(one["from"]))
    out.print(shown)


def _print_group(group: SettingsGroup, environment: Environment) -> None:
    out.print(f"[bold]{group.heading}[/]")
    listed = table("Setting", "Value", "From")
    listed.columns[0].no_wrap = True
    for line in group.lines:
        origin = "worker" if group.of_worker else _origin(line.name, environment)
        listed.add_row(line.name, said(line.value), said(origin))
    out.print(listed)
    concerns = dict.fromkeys(line.concerns for line in group.lines)
    for one in concerns:
        names = ", ".join(line.name for line in group.lines if line.concerns is one)
        whose = "" if len(concerns) == 1 else f" of {names}"
        out.print(f"A change{whose} affects: {CONCERNS_TEXTS[one]}", soft_wrap=True)
    out.print()


def _every(environment: Environment) -> Iterator[dict[str, Any]]:
    seen = set()
    for kind in KINDS:
        settings = examine_settings(kind, environment).settings
        for field, about in kind.model_fields.items():
            name = field.upper()
            if name in seen:
                continue
            seen.add(name)
            is_set = name in environment.values or f"{name}_FILE" in environment.values
            value = environment.values.get(name)
            if not is_set and not about.is_required():
                value = spelled(getattr(settings, field)) or None
            yield {
                "name": name,
                "value": _hidden(is_set=is_set) if name in SECRETS else value,
                "from": _origin(name, environment) if is_set or value else _NOT_SET,
                "does": about.description,
            }


def _hidden(*, is_set: bool) -> str | None:
    return "(secret)" if is_set else None


def _origin(name: str, environment: Environment) -> str:
    """Return where a value comes from: the file, the environment, or nowhere."""
    for one in (name, f"{name}_FILE"):
        if one in environment.of_file:
            return environment.file if one == name else f"{one} in {environment.file}"
        if one in environment.values:
            return "environment" if one == name else one
    return _DEFAULT
