"""The settings in force, as the portal's page, REST and the command line show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from database.rollout.policy import read_policy, read_worker_settings
from domain.enrolment.policy import Policy
from domain.imports.pace import Pace
from domain.portal.settings_in_force import (
    CONCERNS_TEXTS,
    SettingInForce,
    deadline_line,
    limit_lines,
    pace_lines,
    policy_lines,
    window_lines,
    worker_lines,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsGroup:
    """Settings of one kind; ``of_worker`` are those that a worker was started with."""

    heading: str
    lines: Sequence[SettingInForce]
    of_worker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsInForce:
    """All that steers the rollout.

    ``differing`` are settings that the worker was started with beside those of this process, where
    they aren't the same. Without ``has_worker`` none has run, and the limits are this process's.
    """

    groups: Sequence[SettingsGroup]
    differing: Sequence[tuple[SettingInForce, SettingInForce]]
    has_worker: bool

    def as_json(self) -> Iterator[dict[str, Any]]:
        """Yield each setting as JSON has it."""
        for group in self.groups:
            for line in group.lines:
                yield {
                    "name": line.name,
                    "does": line.does,
                    "value": line.value,
                    "ofWorker": group.of_worker,
                    "affects": CONCERNS_TEXTS[line.concerns],
                }


async def read_settings_in_force(
    connection: AsyncConnection, policy: Policy, pace: Pace, deadline: date | None
) -> SettingsInForce:
    """Return the settings of this process, and those that the worker was started with.

    Raises:
        DatabaseUnavailable: the tables can't be read.
    """
    limits = await read_policy(connection)
    others = await read_worker_settings(connection)
    here = limit_lines(pace.per_minute, pace.per_hour, pace.per_day)
    worker = limit_lines(limits.per_minute, limits.per_hour, limits.per_day) if limits else None
    its_own = worker_lines(others) if others else []
    planned = [line for line in pace_lines(pace) if line not in here]
    groups = [
        SettingsGroup(heading="How a person is reminded", lines=policy_lines(policy)),
        SettingsGroup(heading="When mails leave", lines=window_lines(policy.window)),
        SettingsGroup(heading="How fast an import invites", lines=planned),
        SettingsGroup(
            heading="How fast mails leave", lines=worker or here, of_worker=worker is not None
        ),
    ]
    if its_own:
        heading = "Whom the worker enrols, and what it looks at"
        groups.append(SettingsGroup(heading=heading, lines=its_own, of_worker=True))
    compared = zip(
        [*(worker or here), *its_own[:1]], [*here, deadline_line(deadline)], strict=False
    )
    return SettingsInForce(
        groups=groups,
        differing=[(there, mine) for there, mine in compared if there.value != mine.value],
        has_worker=worker is not None,
    )
