"""Intake after a key was dropped: what it made is revoked, and an older system's token stays."""

from dataclasses import replace

from activities.enrolment.intake import IntakeActivities
from domain.tracking_list.columns import UNKNOWN, Fields, changed, item_fields
from domain.tracking_token import tracking_token
from tests.activities.attempts import Attempts
from tests.activities.rows import row_input
from tests.activities.stage import TOKEN_KEY, Stage

DROPPED = b"d" * 32


def intake(stage: Stage, *keys: bytes) -> IntakeActivities:
    """Return the intake of a worker with this ring."""
    activities = stage.intake_activities
    activities.__dict__["_keys"] = keys
    return activities


async def test_a_token_of_a_dropped_key_is_written_anew(stage: Stage) -> None:
    """The tables know that we made it, so it isn't taken for an older system's."""
    user = stage.user()
    token = tracking_token(user.id, DROPPED)
    stage.row(Title=user.user_principal_name, ObjectId=user.id, TrackingToken=token)
    item: Fields = {"ObjectId": user.id}
    record = row_input(item_id=None, changes={}, item=item, revision=1).record
    await stage.records.write(replace(record, own_token=True), ())

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert taken.state.older_token is None
    assert taken.written["TrackingToken"] == UNKNOWN
    assert "TrackingToken" in changed(
        item_fields(stage.enrolment(user), taken.state), taken.written
    )


async def test_a_token_of_any_key_in_the_ring_stays(stage: Stage) -> None:
    """While a key is in the ring, rows that it was written into are left alone."""
    user = stage.user()
    token = tracking_token(user.id, TOKEN_KEY)
    stage.row(Title=user.user_principal_name, ObjectId=user.id, TrackingToken=token)
    activities = intake(stage, b"n" * 32, TOKEN_KEY)

    taken = await Attempts(activities.look_up_and_adopt).next(stage.intake(user))

    wanted = item_fields(stage.enrolment(user), taken.state)
    assert taken.state.older_token is None
    assert "TrackingToken" not in changed(wanted, taken.written)
