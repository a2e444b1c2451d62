"""What runs, since when, and what it has found wrong; what holds up everybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response

from api.portal.access import VisitorOf
from api.portal.paths import PORTAL
from api.portal.services import PortalOf
from client.people.rollout import read_rollout
from database.rollout.processes import read_processes
from domain.doctor.checks import Finding, reported_fault
from domain.doctor.commands import command
from domain.doctor.wording import remedy, text, title
from domain.standing.why_not_sooner import WORKER_MISSING_AFTER
from domain.tables.rollout import Process, ProcessKind

router = APIRouter(include_in_schema=False)

HEALTH = f"{PORTAL}/health"
KINDS = {ProcessKind.WORKER: "Worker", ProcessKind.API: "Pages and portal"}
_LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FaultLine:
    """Something that a process has found wrong: what it is, and what to do."""

    title: str
    text: str
    remedy: str
    commands: list[str]


@router.get(HEALTH)
async def show_health(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show the processes of the last week, and what those that run have found.

    The page asks for its content again every ten seconds.
    """
    now = portal.pages.clock(visitor.request).now
    async with portal.database.reading() as connection:
        rollout = await read_rollout(connection, now)
        processes = await read_processes(connection, since=now - _LOOK_BACK)
    latest = sorted(processes, key=lambda one: one.last_seen_at, reverse=True)
    running = [one for one in latest if _runs(one, now)]
    values: dict[str, Any] = {
        "running": running,
        "ended": [one for one in latest if not _runs(one, now)],
        "missing": [KINDS[kind] for kind in KINDS if kind in rollout.missing],
        "faults": _faults(running),
        "kinds": KINDS,
        "versions": sorted({one.version for one in running}),
    }
    if visitor.is_fragment:
        return portal.pages.fragment(visitor, "health/live", **values)
    return await portal.pages.page(
        visitor, "health/health", title="Health", section="health", **values
    )


def _runs(process: Process, now: datetime) -> bool:
    return now - process.last_seen_at <= WORKER_MISSING_AFTER


def _faults(running: list[Process]) -> list[FaultLine]:
    """Return what running processes have found, each once."""
    found: dict[tuple[str, str, str], Finding] = {}
    for process in running:
        for kept in process.findings:
            if (fault := reported_fault(kept)) is not None:
                found[fault.check, fault.about, fault.what] = fault
    return [
        FaultLine(title(one), text(one), remedy(one), command(one).splitlines())
        for one in found.values()
    ]
