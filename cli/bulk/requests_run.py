"""Shows and stops requests about many people."""

from cli.bulk.report import print_people, print_report
from cli.database import open_database
from cli.options import answer
from cli.output.tables import clock, said, table
from cli.sign_in.identity import acting
from cli.temporal import connect_to_temporal
from cli.terminal import fail, out, print_json
from client.bulk.follow import NoSuchRequest, RequestEnded, progress, stop
from client.bulk.request_json import request_json, requested_json
from database.requests.read import read_requested, read_requests
from domain.bulk.records import PersonOutcome, RequestedPerson

_NOTHING_DONE = tuple(
    one
    for one in PersonOutcome
    if one not in {PersonOutcome.DONE, PersonOutcome.ERASED, PersonOutcome.KEPT}
)
_AT_ONCE = 1000


async def list_requests(*, limit: int, as_json: bool) -> None:
    """Print the latest requests."""
    async with open_database() as database, database.reading() as connection:
        records = await read_requests(connection, limit=limit)
    if as_json:
        print_json([request_json(one) for one in records])
        return
    if not records:
        out.print("There are no requests: `mfa-rollout bulk` makes one.", soft_wrap=True)
        return
    listed = table("When", "Action", "People", "Waiting", "State", "Request")
    for one in records:
        listed.add_row(
            clock(one.requested_at),
            said(one.action),
            str(one.people),
            str(one.with_outcome(None)),
            one.state.value,
            said(one.request_id),
        )
    out.print(listed)


async def show_request(request_id: str, *, people: bool, as_json: bool) -> None:
    """Print a request with its counts, and its people for whom nothing was done."""
    async with open_database() as database:
        try:
            record = await progress(database, request_id)
        except NoSuchRequest:
            fail("There is no request by this id: `mfa-rollout requests list` shows them.")
        found: list[RequestedPerson] = []
        while people:
            async with database.reading() as connection:
                page = await read_requested(
                    connection,
                    request_id,
                    outcomes=_NOTHING_DONE,
                    after=found[-1].object_id if found else None,
                    limit=_AT_ONCE,
                )
            found += page
            if len(page) < _AT_ONCE:
                break
    if as_json:
        listed = [requested_json(one) for one in found]
        print_json(request_json(record) | ({"notDone": listed} if people else {}))
        return
    print_report(record)
    if people:
        print_people(found)


async def stop_request(request_id: str, *, reason: str, as_json: bool) -> None:
    """Stop a request, and say that what is done stays done."""
    client = await connect_to_temporal()
    async with open_database() as database:
        try:
            await stop(client, database, await acting(), request_id, reason=reason)
        except NoSuchRequest:
            fail("There is no request by this id: `mfa-rollout requests list` shows them.")
        except RequestEnded:
            fail("This request has ended, so there is nothing to stop.")
    answer(
        {"requestId": request_id, "stopping": True},
        "It stops after the people who are being asked now; what is done stays done.",
        as_json=as_json,
    )
