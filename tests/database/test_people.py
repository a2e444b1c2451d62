"""People are found, counted and listed as the filters say, page by page."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.enrolments.people import count_matching, read_people
from database.enrolments.person import find_people, read_person
from database.errors import UnknownBatch, UnknownDepartment
from database.figures.counts import (
    count_by_batch,
    count_by_department,
    count_people,
    count_registered_after,
)
from database.imports.imports import begin_import
from database.mail.reservation import reserve
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.people import OtherEnd, PeopleCount, PeopleFilter, PeopleOrder
from domain.tables.story import StoryKind
from tests.database.test_imports import IMPORT
from tests.database.values import NOW, event, mail, object_id, person, put

NAMES = ["Zoë", "ada", "Ada", "Łukasz", "Björn", "Ångström"]


@pytest.fixture
async def names(database: Database) -> AsyncIterator[AsyncConnection]:
    """Give a transaction for reading people of these names; every second is due sometime."""
    for number, name in enumerate(NAMES):
        due_at = NOW + timedelta(days=number % 3) if number % 2 else None
        needs = number in {0, 2}
        row = person(
            number,
            display_name=name,
            revision=100 - number,
            due_at=due_at,
            attention=AttentionKind.BOUNCED if needs else None,
            attention_since=NOW - timedelta(days=number) if needs else None,
        )
        await put(database, row)
    async with database.reading() as connection:
        yield connection


async def _all(
    connection: AsyncConnection, order: PeopleOrder, *, descending: bool, limit: int
) -> list[int]:
    """Return the numbers of all people, read page by page."""
    found: list[str] = []
    after = None
    while True:
        page = await read_people(
            connection,
            PeopleFilter(),
            order=order,
            descending=descending,
            after=after,
            limit=limit,
        )
        assert len(page.people) <= limit
        found += [line.object_id for line in page.people]
        after = page.end
        if after is None:
            return [[object_id(n) for n in range(len(NAMES))].index(one) for one in found]


@pytest.mark.parametrize(
    ("order", "descending", "expected"),
    [
        (PeopleOrder.NAME, False, [1, 2, 5, 4, 3, 0]),
        (PeopleOrder.NAME, True, [0, 3, 4, 5, 2, 1]),
        (PeopleOrder.CHANGED, False, [5, 4, 3, 2, 1, 0]),
        (PeopleOrder.CHANGED, True, [0, 1, 2, 3, 4, 5]),
        (PeopleOrder.DUE, False, [3, 1, 5, 0, 2, 4]),
        (PeopleOrder.DUE, True, [5, 1, 3, 4, 2, 0]),
        (PeopleOrder.ATTENTION, False, [2, 0, 1, 5, 4, 3]),
        (PeopleOrder.ATTENTION, True, [0, 2, 3, 4, 5, 1]),
    ],
)
async def test_pages_hold_everybody_once(
    names: AsyncConnection, order: PeopleOrder, descending: bool, expected: list[int]
) -> None:
    """However long pages are, they add up to the whole list; people without a date come last."""
    for limit in (1, 2, 3, 6, 50):
        assert await _all(names, order, descending=descending, limit=limit) == expected
    whole = await read_people(names, PeopleFilter(), order=order, descending=descending, limit=2)
    second = await read_people(
        names, PeopleFilter(), order=order, descending=descending, after=whole.end, limit=2
    )
    back = await read_people(
        names,
        PeopleFilter(),
        order=order,
        descending=descending,
        after=second.start,
        backwards=True,
        limit=2,
    )
    assert [line.object_id for line in back.people] == [object_id(n) for n in expected[:2]]
    assert (back.start, back.end) == (None, whole.end)


async def test_a_part_of_a_name_finds_people(names: AsyncConnection) -> None:
    """Capitals and accents make no difference; signs of the query language find themselves."""
    for text, expected in (
        ("ZOE", {0}),
        ("łuk", {3}),
        ("lukasz", {3}),
        ("angstrom", {5}),
        ("bjo\u0308rn", {4}),
        ("ada", {1, 2}),
        ("PERSON3@contoso", {3}),
        ("contoso.com", {0, 1, 2, 3, 4, 5}),
        ("%", set()),
        ("_", set()),
        ("/", set()),
        ("nobody", set()),
    ):
        page = await read_people(names, PeopleFilter(text=text))
        found = {line.object_id for line in page.people}
        assert found == {object_id(number) for number in expected}, text
        assert await count_matching(names, PeopleFilter(text=text)) == len(expected)


@pytest.mark.parametrize(
    ("order", "descending", "most", "limit", "total"),
    [
        (PeopleOrder.NAME, False, 6, 2, 6),
        (PeopleOrder.NAME, True, 6, 2, 6),
        (PeopleOrder.NAME, False, 5, 2, None),
        (PeopleOrder.ATTENTION, False, 4, 3, 6),
        (PeopleOrder.ATTENTION, True, 4, 3, 6),
        (PeopleOrder.ATTENTION, False, 3, 3, None),
        # The first two fill the page, so nobody else is looked for.
        (PeopleOrder.ATTENTION, False, 6, 1, None),
        (PeopleOrder.CHANGED, False, 6, 2, None),
    ],
)
async def test_a_search_counts_on_its_way(
    names: AsyncConnection,
    monkeypatch: pytest.MonkeyPatch,
    *,
    order: PeopleOrder,
    descending: bool,
    most: int,
    limit: int,
    total: int | None,
) -> None:
    """It goes on to so many people and no further; the page is the one that it would be without."""
    monkeypatch.setattr("database.enrolments.people.MOST_ON_THE_WAY", most)
    wanted = PeopleFilter(text="contoso")
    page = await read_people(names, wanted, order=order, descending=descending, limit=limit)
    plain = await read_people(
        names, PeopleFilter(), order=order, descending=descending, limit=limit
    )
    assert page.total == total
    assert (page.people, page.end) == (plain.people, plain.end)
    assert plain.total is None
    further = await read_people(
        names, wanted, order=order, descending=descending, limit=limit, after=page.end
    )
    assert further.total is None


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (PeopleFilter(status=InviteStatus.CLICKED), [1]),
        (PeopleFilter(batch_id="winter"), [2]),
        (PeopleFilter(department="Research"), [3]),
        (PeopleFilter(attention=AttentionKind.BOUNCED), [4]),
        (PeopleFilter(manager_upn="boss@contoso.com"), [5]),
        (PeopleFilter(language="de-CH"), [6]),
        (PeopleFilter(has_ended=True), [7, 8]),
        (PeopleFilter(not_active=True), [7]),
        (PeopleFilter(registered_after="reminder-2"), [8]),
        (PeopleFilter(registered_after="reminder-1"), []),
        (PeopleFilter(no_department=True), [9]),
        (PeopleFilter(no_department=True, department="Sales"), []),
        (PeopleFilter(ended_as=OtherEnd.CANCELLED), []),
        (PeopleFilter(ended_as=OtherEnd.OTHERWISE), [7]),
        (PeopleFilter(has_ended=False), [0, 1, 2, 3, 4, 5, 6, 9]),
        (PeopleFilter(status=InviteStatus.CLICKED, text="person1"), [1]),
        (PeopleFilter(status=InviteStatus.CLICKED, text="person2"), []),
    ],
)
async def test_each_filter_narrows_the_list(
    database: Database, wanted: PeopleFilter, expected: list[int]
) -> None:
    """Lists and counts agree."""
    different: list[dict[str, object]] = [
        {},
        {"status": InviteStatus.CLICKED},
        {"batch_id": "winter"},
        {"department": "Research"},
        {"attention": AttentionKind.BOUNCED},
        {"manager_upn": "boss@contoso.com"},
        {"language": "de-CH"},
        {"ended": EnrolmentEnd.GONE},
        {"ended": EnrolmentEnd.ACTIVE, "registered_after": "reminder-2"},
        {"department": None},
    ]
    for number, values in enumerate(different):
        await put(database, person(number, **values))
    ids = [object_id(number) for number in expected]
    async with database.reading() as connection:
        page = await read_people(connection, wanted)
        assert [line.object_id for line in page.people] == ids
        assert await count_matching(connection, wanted) == len(expected)


async def test_people_are_counted_by_where_they_stand(database: Database) -> None:
    """Counts by batch, department and mail that worked agree with the whole."""
    active = {
        "status": InviteStatus.ACTIVE,
        "registration": RegistrationState.REGISTERED,
        "ended": EnrolmentEnd.ACTIVE,
        "registered_after": "reminder-1",
    }
    await put(database, person(1))
    await put(database, person(2, **active))
    await put(database, person(3, **active, batch_id="winter", department=None))
    both = PeopleCount(
        by_status={InviteStatus.SENT: 1, InviteStatus.ACTIVE: 1},
        running={InviteStatus.SENT: 1},
        by_end={EnrolmentEnd.ACTIVE: 1},
    )
    one = PeopleCount(by_status={InviteStatus.ACTIVE: 1}, by_end={EnrolmentEnd.ACTIVE: 1})
    async with database.reading() as connection:
        assert (await count_people(connection)).total == 3
        assert await count_people(connection, batch_id="autumn") == both
        assert await count_people(connection, department="Sales") == both
        assert await count_by_batch(connection) == {"autumn": both, "winter": one}
        assert await count_by_department(connection) == {"Sales": both, None: one}
        assert await count_registered_after(connection) == {"reminder-1": 2}


async def test_an_unknown_batch_is_an_error(database: Database) -> None:
    """A misspelt batch or department isn't told to be empty; a new import is."""
    await put(database, person())
    async with database.writing() as connection:
        await begin_import(connection, IMPORT)
    async with database.reading() as connection:
        with pytest.raises(UnknownBatch, match="'autum'"):
            await count_people(connection, batch_id="autum")
        with pytest.raises(UnknownDepartment, match="'Sale'"):
            await count_people(connection, department="Sale")
        crossed = await count_people(connection, batch_id="autumn", department="Sales")
        assert crossed.total == 1


async def test_a_batch_that_has_just_begun_is_empty(database: Database) -> None:
    """An import that nobody was started from yet is known."""
    async with database.writing() as connection:
        await begin_import(connection, IMPORT)
    async with database.reading() as connection:
        assert (await count_people(connection, batch_id="autumn")).total == 0


async def test_a_person_is_told_whole(database: Database) -> None:
    """Row, story and mails come together, each in the order of time."""
    events = [event(2, StoryKind.OPENED, data={"times": 1}), event(1), event(3, actor="Ada")]
    await put(database, person(), events)
    await put(database, person(1), [event(1)])
    async with database.writing() as connection:
        mails = [
            await reserve(connection, wanted, attempt="a", now=NOW + timedelta(hours=number))
            for number, wanted in enumerate([mail(), mail(key="second")])
        ]
    async with database.reading() as connection:
        page = await read_person(connection, object_id())
        assert await read_person(connection, object_id(99)) is None
    assert page is not None
    assert page.row == person()
    assert page.story == [events[1], events[0], events[2]]
    assert page.mails == mails


async def test_a_person_is_found_by_whatever_is_known(database: Database) -> None:
    """An ObjectId or whole UPN finds exactly them; several who had one UPN are all found."""
    await put(database, person(1, upn="ada@contoso.com", revision=1, mail="al@contoso.com"))
    await put(database, person(2, upn="ada@contoso.com", revision=2))
    await put(database, person(3, upn="x.ada@contoso.com"))

    async def found(text: str) -> list[str]:
        async with database.reading() as connection:
            return [line.object_id for line in await find_people(connection, text)]

    assert await found(object_id(3).upper()) == [object_id(3)]
    assert await found("Ada@Contoso.com ") == [object_id(2), object_id(1)]
    assert await found("al@contoso.com") == [object_id(1)]
    assert await found("ada@") == [object_id(1), object_id(2), object_id(3)]
    assert await found(object_id(9)) == []
