"""A click that waits in the outbox of one API is known to all that share our tables."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.client import Client

from api.links.link_status import HELD_CLICK_COUNTS_FOR
from api.outbox.held_clicks import HeldClicks
from api.services import Services
from database.engine import Database
from database.rollout.completeness import Completeness
from database.rollout.held_clicks import hold_click
from database.schema import held_click
from domain.identifiers import object_id_of
from domain.instants import EPOCH, microseconds
from domain.tables.enrolment import EnrolmentRecord
from domain.tracking_token import tracking_token
from tests.api.enrolments import Enrolment, start_enrolment
from tests.api.links.tables import complete
from tests.api.looks import is_already, is_landing, is_saved, is_started
from tests.api.running import KEY, Api, lazy_client, running_api
from tests.database.values import object_id, person, put
from tests.support.eventually import eventually

NEW_KEYS = (bytes(range(64, 96)),)


def invited(number: int = 0, **values: Any) -> EnrolmentRecord:
    """Return somebody who was invited a day ago."""
    return person(number, invite_sent_at=datetime.now(UTC) - timedelta(days=1), **values)


async def waiting(database: Database) -> list[str]:
    """Return whose clicks wait, by the tables."""
    async with database.reading() as connection:
        return list(await connection.scalars(select(held_click.c.object_id)))


async def pressed_while_temporal_is_away(
    client: Client, database: Database, folder: Path
) -> Enrolment:
    """Start an enrolment, and let the person press the button: the click waits in an outbox."""
    enrolment = await start_enrolment(client)
    await put(database, invited(object_id=object_id_of(enrolment.handle.id)))
    await complete(database)
    away = await lazy_client("127.0.0.1:1")
    async with running_api(away, folder, database=database) as api:
        assert is_started(await api.press_button(enrolment.token))
    return enrolment


async def test_another_api_shows_no_second_button(
    client: Client, sqlite_database: Database, tmp_path: Path
) -> None:
    """While Temporal is away a click hides the button everywhere, until it is delivered."""
    enrolment = await start_enrolment(client)
    theirs = object_id_of(enrolment.handle.id)
    await put(sqlite_database, invited(object_id=theirs))
    await complete(sqlite_database)
    away = await lazy_client("127.0.0.1:1")
    one, other = tmp_path / "one", tmp_path / "other"
    async with (
        running_api(away, one, database=sqlite_database) as first,
        running_api(away, other, database=sqlite_database) as second,
    ):
        assert is_landing(await second.open_link(enrolment.token), enrolment.token)
        assert is_started(await first.press_button(enrolment.token))
        assert is_already(await second.open_link(enrolment.token))
        assert is_already(await second.press_button(enrolment.token))
        assert (first.depth(), second.depth()) == (1, 0)
    assert await waiting(sqlite_database) == [theirs]

    async with running_api(client, other, database=sqlite_database) as second:
        # Temporal is back, and doesn't know of the click yet.
        assert is_already(await second.open_link(enrolment.token))
    async with running_api(client, one, database=sqlite_database) as first:
        await first.emptied()
    assert await waiting(sqlite_database) == []
    assert len(await enrolment.signals()) == 1


async def test_a_click_counts_though_its_key_is_dropped_while_it_waits(
    client: Client, sqlite_database: Database, tmp_path: Path
) -> None:
    """Whoever was told that it counts presses no second time."""
    enrolment = await pressed_while_temporal_is_away(client, sqlite_database, tmp_path)
    async with running_api(client, tmp_path, database=sqlite_database, token_keys=NEW_KEYS) as api:
        await api.emptied()
    assert len(await enrolment.signals()) == 1
    assert await waiting(sqlite_database) == []
    # Of the same instant wait the clicks of nobody, or of two.
    clicks, at = HeldClicks(sqlite_database, [KEY]), datetime.now(UTC)
    assert await clicks.holder(at) is None
    for number in (1, 2):
        await clicks.hold(object_id(number), at)
    assert await clicks.holder(at) is None


@pytest.mark.parametrize("tables", ["away", "incomplete"])
async def test_a_click_whose_key_is_dropped_waits_for_tables_that_cant_tell_whose_it_is(
    client: Client, sqlite_database: Database, tmp_path: Path, tables: str
) -> None:
    """Tables without their mark know no link for sure, and know the click that waits."""
    enrolment = await pressed_while_temporal_is_away(client, sqlite_database, tmp_path)
    if tables == "incomplete":
        await Completeness(sqlite_database).unmark()
    else:
        away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")
        async with running_api(client, tmp_path, database=away, token_keys=NEW_KEYS) as api:
            await eventually(lambda: bool(api.tries()) or not api.held())
            assert api.held() == [("clicked", enrolment.token)]
        await away.close()
    async with running_api(client, tmp_path, database=sqlite_database, token_keys=NEW_KEYS) as api:
        await api.emptied()
    assert len(await enrolment.signals()) == 1
    assert await waiting(sqlite_database) == []


async def test_a_restarted_api_shows_no_second_button(client: Client, tmp_path: Path) -> None:
    """Without tables, too: what waits in its own outbox it knows."""
    enrolment = await start_enrolment(client)
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        assert is_landing(await api.open_link(enrolment.token), enrolment.token)
        assert is_saved(await api.press_button(enrolment.token))
    async with running_api(client, tmp_path) as api:
        await api.emptied()
        assert is_already(await api.open_link(enrolment.token))
        assert is_already(await api.press_button(enrolment.token))
    assert len(await enrolment.signals()) == 1


async def test_a_new_invitation_brings_the_button_back(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """A click that waits from before it hides nothing, also of an API that was restarted.

    The click on the new link does, until it is delivered itself.
    """
    token = tracking_token(object_id(1), KEY)
    away = await lazy_client("127.0.0.1:1")
    await put(sqlite_database, invited(1))
    async with running_api(away, tmp_path, database=sqlite_database) as api:
        assert is_started(await api.press_button(token))
        assert is_already(await api.open_link(token))
        first_at = await held_since(api)
        now = datetime.now(UTC)
        await put(sqlite_database, person(1, revision=microseconds(now), invite_sent_at=now))
        assert is_landing(await api.open_link(token), token)
    async with running_api(away, tmp_path, database=sqlite_database) as api:
        assert is_landing(await api.open_link(token), token)
        assert is_started(await api.press_button(token))
        assert is_already(await api.open_link(token))
        assert api.depth() == 2
        second_at = await held_since(api)
    async with running_api(away, tmp_path, database=sqlite_database) as api:
        assert is_already(await api.press_button(token))
        assert api.depth() == 2
    clicks = HeldClicks(sqlite_database, [KEY])
    for until, left in ((first_at, [object_id(1)]), (second_at, [])):
        await clicks.release(token, until)
        assert await waiting(sqlite_database) == left


async def held_since(api: Api) -> datetime:
    """Return when the latest click came in that the outbox holds."""
    services: Services = api.app.state.services
    return (await services.outbox.held_clicks(EPOCH))[-1][1]


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_click_that_was_lost_hides_the_button_for_an_hour(
    sqlite_database: Database, tmp_path: Path, is_over: bool
) -> None:
    """An outbox whose disk is gone is never delivered: its people may click again."""
    age = HELD_CLICK_COUNTS_FOR if is_over else HELD_CLICK_COUNTS_FOR - timedelta(minutes=30)
    await put(sqlite_database, invited(1))
    async with sqlite_database.writing() as connection:
        await hold_click(connection, object_id(1), at=datetime.now(UTC) - age)
    token = tracking_token(object_id(1), KEY)
    away = await lazy_client("127.0.0.1:1")
    async with running_api(away, tmp_path, database=sqlite_database) as api:
        pressed = await api.press_button(token)
    assert is_started(pressed) if is_over else is_already(pressed)


async def test_a_click_that_cannot_be_kept_waits_nowhere(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """Whom the API had to tell that it failed finds the button again, on every API."""
    await put(sqlite_database, invited(1))
    token = tracking_token(object_id(1), KEY)
    away = await lazy_client("127.0.0.1:1")
    blocked = tmp_path / "a file" / "outbox.sqlite"
    blocked.parent.write_text("in the way")
    async with running_api(away, tmp_path, database=sqlite_database, outbox_path=blocked) as api:
        assert (await api.press_button(token)).status_code == 500
        assert is_landing(await api.open_link(token), token)
    assert await waiting(sqlite_database) == []


async def test_tables_that_are_away_cost_nobody_their_click(tmp_path: Path) -> None:
    """What can't be noted is left out."""
    nowhere = Database(f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite'}")
    for clicks in (HeldClicks(nowhere, [KEY]), HeldClicks(None, [KEY])):
        await clicks.hold(object_id(1), datetime.now(UTC))
        await clicks.release(tracking_token(object_id(1), KEY), datetime.now(UTC))
        await clicks.close()
    await nowhere.close()


async def test_a_click_whose_release_failed_is_released_later(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """Tables that are away when a click is told don't hide the button for an hour."""
    at, file = datetime.now(UTC), Path(sqlite_database.url.database or "")
    for number, held_at in ((1, at), (2, at + timedelta(hours=1))):
        await put(sqlite_database, invited(number))
        await HeldClicks(sqlite_database, [KEY]).hold(object_id(number), held_at)
    await sqlite_database.close()
    file.rename(tmp_path / "away")  # noqa: ASYNC240 - a local disk
    clicks = HeldClicks(sqlite_database, [KEY], retry_after=timedelta(milliseconds=1))
    for number in (1, 2):
        await clicks.release(tracking_token(object_id(number), KEY), at)
    await sqlite_database.close()
    (tmp_path / "away").rename(file)
    # A click that came later than that still waits.
    await eventually(lambda: only(sqlite_database, object_id(2)))
    await clicks.close()


async def only(database: Database, object_id: str) -> bool:
    """Say whether nobody else's click waits."""
    return await waiting(database) == [object_id]
