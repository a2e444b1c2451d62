"""Whose is a link? Running APIs beside our tables in every state that tables can be in."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import (
    Client,
)

from database.engine import Database
from domain.identifiers import (
    object_id_of,
)
from domain.status import EnrolmentEnd, InviteStatus
from domain.tracking_token import tracking_token
from tests.api.enrolments import start_enrolment
from tests.api.links.conftest import Calls
from tests.api.links.tables import complete
from tests.api.looks import is_already, is_landing, is_not_recognised, is_started
from tests.api.running import KEY, OLDER_KEY, lazy_client, running_api
from tests.api.statements import READ_OF_LINKS, WRITE_OF_HITS, Statements
from tests.database.values import person, put


async def test_a_made_up_token_ends_in_the_tables(
    calls: tuple[Client, Calls],
    statements: Statements,
    sqlite_database: Database,
    tmp_path: Path,
) -> None:
    """Link Not Recognised; one read, no call to Temporal, no row in the outbox, no *Started*."""
    client, counted = calls
    await complete(sqlite_database)
    async with running_api(client, tmp_path, database=sqlite_database) as api:
        for _ in range(5):
            token = str(uuid4())
            assert is_not_recognised(await api.open_link(token))
            assert is_not_recognised(await api.press_button(token))
            assert (await api.show_pixel(token)).status_code == 200
            await api.sorted()
        assert statements.count(READ_OF_LINKS) == 5 * 3
        assert statements.count(WRITE_OF_HITS) == 0
        assert api.held() == []
        assert api.depth() == 0
    assert counted.count == 0


@pytest.mark.parametrize("key", [KEY, OLDER_KEY], ids=["newest key", "older key"])
async def test_what_somebody_in_the_tables_costs(
    calls: tuple[Client, Calls],
    statements: Statements,
    sqlite_database: Database,
    tmp_path: Path,
    *,
    key: bytes,
) -> None:
    """Under whichever key of the ring a token was made: each hit is one read, and one call at most.

    The page is what Temporal says; a first press is a signal alone, since the tables know who waits
    to click; a second one is looked at, and an open is a row that is signalled later.
    """
    client, counted = calls
    enrolment = await start_enrolment(client, key=key)
    object_id = object_id_of(enrolment.handle.id)
    await put(sqlite_database, person(object_id=object_id))
    await complete(sqlite_database)
    async with running_api(client, tmp_path, database=sqlite_database) as api:
        assert is_landing(await api.open_link(enrolment.token), enrolment.token)
        assert is_started(await api.press_button(enrolment.token))
        assert is_already(await api.press_button(enrolment.token))
        assert (statements.count(READ_OF_LINKS), counted.count) == (3, 3)
        await api.show_pixel(enrolment.token)
        assert [one.name for one in await enrolment.next_signals(2)] == [
            "link_clicked",
            "email_opened",
        ]
        await api.emptied()
        await api.show_pixel(enrolment.token)
    # The delivery reads, too.
    assert (statements.count(READ_OF_LINKS), counted.count) == (5, 4)
    assert statements.count(WRITE_OF_HITS) == 1


async def test_a_known_click_starts_while_temporal_is_away(
    client: Client, sqlite_database: Database, tmp_path: Path
) -> None:
    """Whom the tables know gets the usual pages, and the click is kept."""
    ids = [str(uuid4()) for _ in range(2)]
    await put(sqlite_database, person(1, object_id=ids[0]))
    await put(sqlite_database, person(2, object_id=ids[1], status=InviteStatus.CLICKED))
    sent, clicked = [tracking_token(one, KEY) for one in ids]
    async with running_api(
        await lazy_client("127.0.0.1:1"), tmp_path, database=sqlite_database
    ) as api:
        assert is_landing(await api.open_link(sent), sent)
        assert is_started(await api.press_button(sent))
        assert is_already(await api.open_link(clicked))
        assert api.held() == [("clicked", sent)]


async def test_a_restarted_api_shows_no_second_button(
    client: Client, sqlite_database: Database, tmp_path: Path
) -> None:
    """A click that waits in the outbox is remembered from there; other links keep their button."""
    ids = [str(uuid4()) for _ in range(2)]
    for number, object_id in enumerate(ids):
        await put(sqlite_database, person(number, object_id=object_id))
    pressed, other = [tracking_token(one, KEY) for one in ids]
    away = await lazy_client("127.0.0.1:1")
    async with running_api(away, tmp_path, database=sqlite_database) as api:
        assert is_started(await api.press_button(pressed))
    async with running_api(away, tmp_path, database=sqlite_database) as api:
        assert is_already(await api.open_link(pressed))
        assert is_landing(await api.open_link(other), other)


@pytest.mark.parametrize(
    ("ended", "status", "looks"),
    [
        (EnrolmentEnd.ACTIVE, InviteStatus.ACTIVE, is_already),
        (EnrolmentEnd.CANCELLED, InviteStatus.SENT, is_not_recognised),
    ],
)
async def test_the_tables_outlive_temporals_memory(  # noqa: PLR0917 - fixtures
    client: Client,
    sqlite_database: Database,
    tmp_path: Path,
    ended: EnrolmentEnd,
    status: InviteStatus,
    looks: Callable[[object], bool],
) -> None:
    """A person whose history is gone is answered by how they ended, without the list."""
    object_id = str(uuid4())
    await put(sqlite_database, person(object_id=object_id, status=status, ended=ended))
    await complete(sqlite_database)
    async with running_api(client, tmp_path, database=sqlite_database) as api:
        assert looks(await api.open_link(tracking_token(object_id, KEY)))
        assert looks(await api.press_button(tracking_token(object_id, KEY)))
