"""The first row of somebody new: intake writes it to our tables, too, unless something is amiss."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from activities.enrolment.first_row import IntakeResult
from activities.tracking_list.row_writes import row_of
from database.engine import Database
from database.enrolments.person import read_person
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.enrolment.story import tell
from domain.instants import microseconds
from domain.mail.send_window import SendWindow
from domain.status import MailKind
from domain.tables.enrolment import NextStep
from domain.tables.people import PersonPage
from domain.tables.story import StoryKind
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts
from tests.activities.stage import Stage

NOWHERE = "sqlite+aiosqlite:////nowhere/at/all.sqlite"


def taking_in(stage: Stage) -> Attempts[IntakeResult]:
    """Return the attempts of an intake."""
    return Attempts(stage.intake_activities.look_up_and_adopt)


async def stored(stage: Stage, user: User) -> PersonPage | None:
    """Return what the tables tell about somebody."""
    async with stage.database.reading() as connection:
        return await read_person(connection, user.id)


async def test_somebody_new_is_in_the_tables(stage: Stage) -> None:
    """Row and story are those of the result, and another attempt tells nothing twice."""
    stage.assume(indexlag="off", otherforms="off")
    user = stage.user(department="Research")
    given = stage.intake(user)
    attempts = taking_in(stage)
    tell(given.early, StoryKind.IMPORTED, attempts.at, batch="batch-1")
    await attempts.next(given)

    taken = await attempts.next(given)

    page = await stored(stage, user)
    assert page is not None
    assert taken.row is not None
    # Both attempts are of one moment, and what is written at that moment first stays.
    looked_at = page.row.last_checked_at
    assert page.row == replace(row_of(taken.row, (stage.sender,)), last_checked_at=looked_at)
    assert (page.row.next_step, page.row.due_at) == (NextStep.INVITATION, attempts.at)
    assert page.row.revision == microseconds(attempts.at)
    assert [(one.number, one.kind) for one in page.story] == [(1, "imported"), (2, "checked")]
    assert taken.row.events == tuple(page.story)


async def test_when_the_invitation_leaves_is_known(stage: Stage) -> None:
    """The opening of the send window is asked by nobody else, and stands in the row."""
    stage.assume(otherforms="off")
    window = SendWindow(opens=time(8), closes=time(17))
    user = stage.user()

    taken = await taking_in(stage).next(stage.intake(user, policy=replace(Policy(), window=window)))

    opening = taken.state.openings[MailKind.INVITATION]
    assert opening.answer == window.next_open_for(opening.asked, user.id)
    page = await stored(stage, user)
    assert page is not None
    assert page.row.due_at == opening.answer


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"writes_row": False}, None),
        ({}, {"Department": "Sales"}),
    ],
    ids=["the-mirror-is-at-it", "the-list-lacks-something"],
)
async def test_what_is_the_mirrors_is_left_to_it(
    stage: Stage, changes: dict[str, Any], row: dict[str, Any] | None
) -> None:
    """No row is written to the tables where the mirror writes anyway."""
    user = stage.user()
    if row is not None:
        stage.row(Title=user.user_principal_name, ObjectId=user.id, **row)

    taken = await taking_in(stage).next(stage.intake(user, **changes))

    assert taken.row is None
    assert await stored(stage, user) is None


async def test_tables_that_are_away_hold_nobody_up(stage: Stage) -> None:
    """The person has a row on the list and goes on; the mirror writes the tables' row."""
    user = stage.user()

    taken = await taking_in(stage.but(database=Database(NOWHERE))).next(stage.intake(user))

    assert taken.row is None
    assert taken.state.item_id == stage.item()["id"]
    assert isinstance(taken.state, EnrolmentState)
