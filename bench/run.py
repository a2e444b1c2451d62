"""The benchmark from its first process to its last row."""

from collections.abc import Callable

from bench.measures.imports import measure_imports
from bench.measures.links import CLICKS_TO_WARM_UP, WARM_UP, measure_clicks, measure_opens
from bench.measures.mail_queue import measure_mail_queue
from bench.measures.one_person import measure_one_person
from bench.measures.starts import measure_starts, start_all
from bench.people import put_into_tables
from bench.rows import Measured, RowName, in_order
from bench.sizes import PACED_PER_SECOND, Size
from bench.stand import Stand, standing
from bench.temporal_server import GivenServer
from demo.tenant_settings import DemoTenant

Tell = Callable[[str], None]

ONE_PERSON = frozenset({RowName.GRAPH_CALLS, RowName.HISTORY})
IMPORTS = frozenset({RowName.WORKER_CPU, RowName.PEOPLE, RowName.GROUP, RowName.MEMORY})
STARTS = frozenset({RowName.STARTS})
CLICKS = frozenset({RowName.CLICKS})
OPENS = frozenset({RowName.OPENS, RowName.OPEN_CPU, RowName.OPEN_LATENCY})
MAILS = frozenset({RowName.MAIL_QUOTA, RowName.BUSIEST_MINUTE})


async def run_benchmark(
    tenant: DemoTenant,
    size: Size,
    wanted: frozenset[RowName],
    *,
    tell: Tell,
    given: GivenServer | None = None,
) -> list[Measured]:
    """Measure the wanted rows, one measurement after the other, and return them in order.

    Args:
        tenant: the simulated tenant's ids.
        size: how much of everything is done.
        wanted: the rows.
        tell: is told what is measured next.
        given: a Temporal server; without it one is started, and ended with everything else.

    Raises:
        DemoError: a part didn't come up or ended, or the given namespace has enrolments in it.
    """
    tell("Starting Temporal, the tenant and the API")
    async with standing(tenant, given) as stand:
        measured = await _with_a_worker(stand, size, wanted, tell)
        measured += await _without_a_worker(stand, size, wanted, tell)
        if wanted & MAILS:
            tell(f"A queue of {size.mails} mails, at {size.mails_per_minute} a minute")
            await stand.end_enrolments()
            measured += await measure_mail_queue(stand, size)
    return in_order(measured, wanted)


async def _with_a_worker(
    stand: Stand, size: Size, wanted: frozenset[RowName], tell: Tell
) -> list[Measured]:
    if not wanted & (ONE_PERSON | IMPORTS):
        return []
    tell("Starting a worker")
    measured: list[Measured] = []
    async with stand.worker() as use:
        if wanted & ONE_PERSON:
            tell("One person the shortest way, one through reminders and escalation")
            measured += await measure_one_person(stand)
        if wanted & IMPORTS:
            tell(f"Imports of {size.invited} people and of {size.more}")
            measured += await measure_imports(stand, size, use)
    await stand.end_enrolments()
    return measured


async def _without_a_worker(
    stand: Stand, size: Size, wanted: frozenset[RowName], tell: Tell
) -> list[Measured]:
    if not wanted & (STARTS | CLICKS | OPENS):
        return []
    tell("Writing people into the tables")
    opens = size.hits + size.paced_seconds * PACED_PER_SECOND + WARM_UP
    invited = await put_into_tables(stand, max(size.starts, opens))
    measured: list[Measured] = []
    if wanted & STARTS:
        tell(f"Starts of {size.starts} enrolments")
        measured += await measure_starts(stand, size, invited)
    elif wanted & CLICKS:
        await start_all(stand, invited[: 2 * size.clicks + CLICKS_TO_WARM_UP])
    if wanted & CLICKS:
        tell(f"{size.clicks} clicks")
        measured += await measure_clicks(stand, size, invited[: size.starts])
    if wanted & OPENS:
        tell(f"{size.hits} opens, then {PACED_PER_SECOND} a second")
        measured += await measure_opens(stand, size, invited)
    return measured
