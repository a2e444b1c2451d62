"""The list compared with the tables: what is put right, what is left alone, when it stops."""

from dataclasses import replace
from uuid import uuid4

import pytest

from database.enrolments.link_owners import AskedLink, find_link_owners
from database.erasure.erase import erase
from database.rollout.marks import read_passes
from database.tombstones import Tombstones
from database.tracking_list.mirrored_rows import read_mirrored_of
from domain.enrolment.state import ProblemKind
from domain.status import EnrolmentEnd, InviteStatus
from tests.activities.stage import TOKEN_KEY
from tests.activities.tracking_list.reconciling import Reconciling, columns_of
from tests.database.values import NOW
from tests.support.eventually import eventually
from tests.support.texts import says


async def test_what_differs_is_asked_for_without_a_query(both: Reconciling) -> None:
    """The enrolment is told which columns; one whose row is gone is told to make it again.

    No worker runs, so a query to a workflow would never be answered.
    """
    (same,) = await both.on_both(1)
    changed, gone, overwritten, unplaced = [str(uuid4()) for _ in range(4)]
    items = {
        changed: both.on_list(changed, Department="Elsewhere", ReminderCount=7, Notes="call"),
        overwritten: both.on_list(overwritten, ObjectId="nonsense"),
        gone: "999999",
    }
    both.on_list(unplaced, Department="Elsewhere")
    await both.in_tables(
        [
            *(both.row(one, item) for one, item in items.items()),
            both.row(unplaced, None),
        ]
    )
    handles = {one: await both.running(one) for one in (same, *items, unplaced)}

    report = await both.look()

    assert not report.rebuild
    assert (report.rows, report.compared) == (4, 5)
    assert (report.different, report.missing) == (3, 1)
    assert (report.put_right, report.created_again) == (3, 1)
    assert await both.asked(handles[same]) == []
    assert await both.asked(handles[changed]) == [("ReminderCount", "Department")]
    assert await both.asked(handles[overwritten]) == [("ObjectId",)]
    assert await both.asked(handles[unplaced]) == [("Department",)]
    assert await both.asked(handles[gone]) == [()]
    async with both.stage.database.reading() as connection:
        assert (await read_passes(connection))["reconcile"][1]["put_right"] == 3


async def test_people_who_ended_are_left_alone(both: Reconciling) -> None:
    """Neither a changed row nor a missing one of theirs is set back from the tables."""
    changed, gone = str(uuid4()), str(uuid4())
    item = both.on_list(changed, Department="Elsewhere")
    ended = {"ended": EnrolmentEnd.ACTIVE, "status": InviteStatus.ACTIVE}
    await both.in_tables([both.row(changed, item, **ended), both.row(gone, "999999", **ended)])
    handles = [await both.running(one) for one in (changed, gone)]

    report = await both.look()

    assert (report.compared, report.different, report.missing) == (0, 0, 0)
    assert [await both.asked(handle) for handle in handles] == [[], []]


@pytest.mark.parametrize("forms", ["off", "on"])
async def test_the_first_pass_that_agrees_marks_the_tables(both: Reconciling, forms: str) -> None:
    """From then on a token that is in none of them is nobody's; no form of values disagrees."""
    both.stage.assume(otherforms=forms)
    await both.on_both(3)
    assert not await both.is_complete()

    report = await both.look()
    assert (report.rebuild, report.different) == (False, 0)

    assert await both.is_complete()
    async with both.stage.database.reading() as connection:
        (answer,) = await find_link_owners(connection, [AskedLink([str(uuid4())], str(uuid4()))])
    assert answer.is_unknown


async def test_somebody_with_our_token_who_is_lacking_takes_the_mark(both: Reconciling) -> None:
    """Nothing is asked for: the tables have to be rebuilt first."""
    changed = str(uuid4())
    await both.in_tables([both.row(changed, both.on_list(changed, Department="Elsewhere"))])
    handle = await both.running(changed)
    await both.marks.mark()
    both.on_list(str(uuid4()))

    report = await both.look()

    assert (report.rebuild, report.lacking, report.put_right) == (True, 1, 0)
    assert not await both.is_complete()
    assert await both.asked(handle) == []


async def test_an_invited_person_whom_nothing_else_knows_is_lacking(both: Reconciling) -> None:
    """Whose row was deleted, and who isn't in the tables, is still in Temporal's visibility."""
    await both.running(str(uuid4()))
    query = "InviteStatus = 'Sent'"

    async def visible() -> bool:
        return (await both.client.count_workflows(query)).count == 1

    await eventually(visible)

    report = await both.look()

    assert (report.rebuild, report.lacking) == (True, 1)
    assert not await both.is_complete()


async def test_erased_people_are_not_missed(both: Reconciling) -> None:
    """A row of theirs that is still on the list is no reason to rebuild."""
    (erased,) = await both.on_both(1)
    async with both.stage.database.writing() as connection:
        await erase(connection, erased, now=NOW, tombstones=Tombstones())

    report = await both.look()

    assert (report.rebuild, report.lacking) == (False, 0)


async def test_too_many_differences_are_no_edits(both: Reconciling) -> None:
    """Eleven of eleven rows: nothing is asked for, and no mark is set."""
    ids = [str(uuid4()) for _ in range(11)]
    rows = [both.row(one, both.on_list(one, Department="Elsewhere")) for one in ids]
    await both.in_tables(rows)
    handle = await both.running(ids[0])

    report = await both.look()

    assert (report.rebuild, report.different, report.put_right) == (True, 11, 0)
    assert not await both.is_complete()
    assert await both.asked(handle) == []


async def test_tokens_that_are_not_ours_are_kept_while_they_are_on_the_list(
    both: Reconciling,
) -> None:
    """An older system's, with and without ObjectId, and adopted ones; those that are gone aren't.

    A token that somebody typed over ours on the list is not believed.
    """
    nameless, named, adopted, typed = [str(uuid4()) for _ in range(4)]
    stranger, adopter, overwritten = [str(uuid4()) for _ in range(3)]
    item = both.stage.row(Title="old@contoso.example", TrackingToken=nameless.upper())
    both.stage.row(Title="new@contoso.example", TrackingToken=named, ObjectId=stranger)
    taken = both.on_list(adopter, TrackingToken=adopted)
    written = columns_of(adopter, older_token=adopted)
    await both.in_tables(
        [
            replace(both.row(adopter, taken), written=written, own_token=False),
            both.row(overwritten, both.on_list(overwritten, TrackingToken=typed)),
        ]
    )

    report = await both.look()

    assert report.older_tokens == 3
    assert await both.tokens() == {nameless, named, adopted}
    both.stage.rows.delete(item)
    await both.look()
    assert await both.tokens() == {named, adopted}


async def test_an_empty_list_takes_no_older_link_away(both: Reconciling) -> None:
    """Somebody emptied it, or LIST_ID names another one: the links are known when it is back."""
    await both.on_both(12)
    token = str(uuid4())
    both.stage.row(Title="old@contoso.example", TrackingToken=token)
    assert not (await both.look()).rebuild
    for item in list(both.stage.rows.items()):
        both.stage.rows.delete(item)

    assert (await both.look()).rebuild

    assert await both.tokens() == {token}


async def test_whose_row_is_anothers_by_now_is_asked_for_their_own(both: Reconciling) -> None:
    """The list was restored and gave an id anew: its row stays, and the other makes one."""
    (owner,) = await both.on_both(1)
    async with both.stage.database.reading() as connection:
        item_id = (await read_mirrored_of(connection, [owner]))[owner].item_id
    rowless = str(uuid4())
    await both.in_tables([both.row(rowless, item_id)])
    handle = await both.running(rowless)

    report = await both.look()

    assert (report.missing, report.created_again, report.put_right) == (1, 1, 0)
    assert await both.asked(handle) == [()]


async def test_a_second_row_is_told_of(both: Reconciling) -> None:
    """The one that the tables know goes on."""
    (somebody,) = await both.on_both(1)
    second = both.stage.row(Title="copy@contoso.example", ObjectId=somebody)

    report = await both.look()

    assert (report.duplicates, report.different, report.missing) == (1, 0, 0)
    assert says(second.fields["ErrorDetails"], ProblemKind.SECOND_ROW)


async def test_what_has_another_wording_since_is_no_reason_for_a_rebuild(
    both: Reconciling,
) -> None:
    """However many rows say a problem in older words: each is asked to say it anew."""
    people = [str(uuid4()) for _ in range(12)]
    before = [both.row(one, both.on_list(one, ErrorDetails="As said before.")) for one in people]
    now = {"ErrorDetails": "As said today."}
    await both.in_tables([replace(one, written={**one.written, **now}) for one in before])
    handle = await both.running(people[0])

    report = await both.look()

    assert (report.different, report.rebuild, report.put_right) == (0, False, 12)
    assert await both.asked(handle) == [("ErrorDetails",)]


async def test_links_of_a_dropped_key_are_written_anew(both: Reconciling) -> None:
    """However many there are, they are no reason for a rebuild, and none is an older system's.

    While the key is still in the ring, nothing is written; people who have ended are left alone.
    """
    people = await both.on_both(12)
    ended = await both.on_both(1, ended=EnrolmentEnd.ACTIVE, ended_at=NOW)
    handle = await both.running(people[0])

    rotated = await both.look(b"n" * 32, TOKEN_KEY)
    assert (rotated.outdated_links, rotated.put_right, rotated.older_tokens) == (0, 0, 0)

    dropped = await both.look(b"n" * 32)
    assert (dropped.outdated_links, dropped.different, dropped.older_tokens) == (12, 0, 0)
    assert not dropped.rebuild
    assert dropped.put_right == 12
    assert await both.asked(handle) == [("TrackingToken",)]
    assert await both.tokens() == set()
    assert ended[0] not in people
