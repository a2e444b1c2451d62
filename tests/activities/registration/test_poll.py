"""Waiting for a registration: what counts, when to look again, and when somebody has gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.registration.poll import AwaitRegistrationInput, PollEnd
from activities.texts import WAITING, Waiting
from database.enrolments.person import read_record
from domain.enrolment.policy import Policy
from domain.person import Person
from domain.registration.methods import counted_methods
from graph.http.back_off import BackOff
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.stage import Stage
from tests.database.values import person, put

NOBODY = "99999999-9999-4999-8999-999999999999"


def watch(user: User | str, **more: Any) -> AwaitRegistrationInput:
    """Return what the polling of this user is started with."""
    values: dict[str, Any] = {
        "object_id": user.id if isinstance(user, User) else user,
        "item_id": None,
        "clicked_at": None,
        "policy": Policy(),
    }
    return AwaitRegistrationInput(**values | more)


def polling(stage: Stage) -> Attempts[PollEnd | Person]:
    """Return the attempts of one polling."""
    return Attempts(stage.registration_activities.await_registration)


async def looked_at(stage: Stage, object_id: str) -> datetime | None:
    """Return when our tables say that somebody's methods were looked at."""
    async with stage.database.reading() as connection:
        row = await read_record(connection, object_id)
    assert row is not None
    return row.last_checked_at


@pytest.mark.parametrize(
    "method",
    [
        "phone",
        "microsoftAuthenticator",
        "softwareOath",
        "fido2",
        "windowsHelloForBusiness",
        "platformCredential",
        "external",
    ],
)
async def test_each_counted_type_is_a_registration(stage: Stage, method: str) -> None:
    """The seed's five types and two newer ones, as strong, count."""
    assert await polling(stage).next(watch(stage.user(methods=[method]))) is PollEnd.REGISTERED


@pytest.mark.parametrize("methods", [[], ["email"], ["temporaryAccessPass"], ["qrCodePin"]])
async def test_other_types_are_no_registration(stage: Stage, methods: list[str]) -> None:
    """A password alone, and what resets passwords or only lets in, don't count."""
    error = await polling(stage).failure(watch(stage.user(methods=methods)))

    assert_passing(error, "NotRegistered")
    assert "unknown" not in str(error)


async def test_an_unknown_type_is_told_once(stage: Stage) -> None:
    """It registers nobody; the enrolment is told its name, and then goes on being looked at."""
    user = stage.user(methods=["brainWave"])

    error = await polling(stage).failure(watch(user))

    assert (error.type, error.non_retryable) == ("UnknownMethods", True)
    assert error.details == ("brainWaveAuthenticationMethod",)
    assert "brainWaveAuthenticationMethod" in str(error)
    told = watch(user, unknown_methods=("brainWaveAuthenticationMethod",))
    later = await polling(stage).failure(told)
    assert_passing(later, "NotRegistered")
    assert "brainWaveAuthenticationMethod" in str(later)


async def test_an_unknown_type_that_is_gone_is_told(stage: Stage) -> None:
    """Nothing is left to be fixed."""
    told = watch(stage.user(), unknown_methods=("brainWaveAuthenticationMethod",))

    error = await polling(stage).failure(told)

    assert (error.type, error.details) == ("UnknownMethods", ())


async def test_an_unknown_type_beside_a_counted_one_changes_nothing(stage: Stage) -> None:
    """Who has a phone, too, is registered."""
    user = stage.user(methods=["brainWave", "phone"])
    assert await polling(stage).next(watch(user)) is PollEnd.REGISTERED


async def test_an_unknown_type_is_logged_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """One line for a type, however many have it; and nobody's name is in it."""
    for user in (stage.user(methods=["tarot"]), stage.user(methods=["tarot"])):
        await polling(stage).failure(watch(user))

    (line,) = [vars(one) for one in caplog.records if one.msg == "unknown-authentication-method"]
    assert line["method"] == "tarotAuthenticationMethod"
    assert "@" not in str(line)


async def test_what_counts_is_a_setting(stage: Stage) -> None:
    """An organisation may leave the phone out, and let a QR code count."""
    strict = stage.but(counted=counted_methods(["fido2", "qrCodePin"]))
    with_phone, with_code = stage.user(methods=["phone"]), stage.user(methods=["qrCodePin"])

    assert_passing(await polling(strict).failure(watch(with_phone)), "NotRegistered")
    assert await polling(strict).next(watch(with_code)) is PollEnd.REGISTERED


async def test_routine_looks_are_spread_around_twelve_hours(stage: Stage) -> None:
    """The next look is 12 hours away, 20 % more or less."""
    error = await polling(stage).failure(watch(stage.user()))

    delay = error.next_retry_delay
    assert delay is not None
    assert timedelta(hours=9.6) <= delay <= timedelta(hours=14.4)


async def test_looks_come_quicker_after_a_click(stage: Stage) -> None:
    """Five minutes after a click the next look is at ten minutes."""
    clicked_at = datetime.now(UTC) - timedelta(minutes=5)

    error = await polling(stage).failure(watch(stage.user(), clicked_at=clicked_at))

    delay = error.next_retry_delay
    assert delay is not None
    assert timedelta(minutes=4, seconds=30) < delay <= timedelta(minutes=5)


async def test_last_checked_is_written_once_in_six_hours(stage: Stage) -> None:
    """Many looks, one write; the row is written again when the interval has passed."""
    user = stage.user()
    item_id = str(stage.row(Title=user.user_principal_name).id)
    await put(stage.database, person(1, object_id=user.id))
    writes = stage.fault("PATCH", "/fields$", times=None)
    attempts = polling(stage)

    for _ in range(3):
        await attempts.failure(watch(user, item_id=item_id))
    assert writes.hits == 1
    assert stage.item()["LastChecked"] is not None
    first = await looked_at(stage, user.id)
    assert first is not None
    short = Policy(last_checked_interval=timedelta(microseconds=1))
    await attempts.failure(watch(user, item_id=item_id, policy=short))
    assert writes.hits == 2
    second = await looked_at(stage, user.id)
    assert second is not None
    assert second > first


async def test_a_failed_write_of_last_checked_fails_nothing(stage: Stage) -> None:
    """The list is down or the row gone: the look counts, and the list is left alone for a while."""
    user = stage.user()
    writes = stage.fault("PATCH", "/fields$", times=None, status=503)
    attempts = polling(stage)

    await put(stage.database, person(1, object_id=user.id))
    assert_passing(await attempts.failure(watch(user, item_id="1")), "NotRegistered")
    assert await looked_at(stage, user.id) is not None
    assert_passing(await attempts.failure(watch(user, item_id="1")), "NotRegistered")

    assert writes.hits == 1
    stage.tenant.faults.clear()
    assert_passing(await polling(stage).failure(watch(user, item_id="404")), "NotRegistered")


async def test_a_list_that_has_little_left_is_left_to_those_who_need_it(stage: Stage) -> None:
    """While SharePoint announces its limit, ``LastChecked`` is in our tables alone."""
    user = stage.user()
    item_id = str(stage.row(Title=user.user_principal_name).id)
    await put(stage.database, person(1, object_id=user.id))
    writes = stage.fault("PATCH", "/fields$", times=None)
    stage.assume(resourceunits="4")
    counting = stage.but(back_off=BackOff())
    for _ in range(4):
        await counting.tracking_list.get(item_id)
    stage.assume(resourceunits="off")

    assert_passing(await polling(counting).failure(watch(user, item_id=item_id)), "NotRegistered")

    assert writes.hits == 0
    assert await looked_at(stage, user.id) is not None


async def test_a_registration_is_seen_though_the_list_is_down(stage: Stage) -> None:
    """Nothing is written to the list when there is something to tell the workflow."""
    user = stage.user(methods=["phone"])
    writes = stage.fault("PATCH", "/fields$", times=None, status=503)

    assert await polling(stage).next(watch(user, item_id="1")) is PollEnd.REGISTERED
    assert writes.hits == 0


async def test_three_misses_in_one_day_are_gone(stage: Stage) -> None:
    """Three 404 answers, the last a day after the first, 12 hours apart: gone."""
    attempts = polling(stage)
    for number in (1, 2):
        error = await attempts.failure(watch(NOBODY))
        assert_passing(error, "UserMissing")
        assert WAITING[Waiting.USER_MISSING].format(time=number, times=3) in str(error)
        assert error.next_retry_delay == timedelta(hours=12)
    attempts.details[0]["missing_since"] = ago(hours=24)

    assert await attempts.next(watch(NOBODY)) is PollEnd.GONE


async def test_many_misses_in_less_than_a_day_are_not_gone(stage: Stage) -> None:
    """However often, before a day is over nobody counts as gone."""
    attempts = polling(stage)
    for _ in range(5):
        assert_passing(await attempts.failure(watch(NOBODY)), "UserMissing")
    attempts.details[0]["missing_since"] = ago(hours=23)

    assert_passing(await attempts.failure(watch(NOBODY)), "UserMissing")


async def test_two_misses_over_a_day_are_not_gone(stage: Stage) -> None:
    """However long ago the first, the third is needed."""
    attempts = polling(stage)
    await attempts.failure(watch(NOBODY))
    attempts.details[0]["missing_since"] = ago(hours=48)

    assert_passing(await attempts.failure(watch(NOBODY)), "UserMissing")
    assert await attempts.next(watch(NOBODY)) is PollEnd.GONE


async def test_who_is_in_the_directory_is_not_gone(stage: Stage) -> None:
    """A cloud that has no methods to read says 404 of everybody; that ends nobody's enrolment."""
    user = stage.user()
    attempts = polling(stage)
    stage.fault("GET", "/authentication/methods", status=404, times=None)
    for _ in range(2):
        assert_passing(await attempts.failure(watch(user)), "UserMissing")
    attempts.details[0]["missing_since"] = ago(hours=24)

    error = await attempts.failure(watch(user))

    assert_passing(error, "UserMissing")
    assert WAITING[Waiting.METHODS_MISSING] in str(error)
    stage.tenant.delete_user(user.id)
    again = await attempts.failure(watch(user))
    assert WAITING[Waiting.USER_MISSING].format(time=1, times=3) in str(again)


async def test_being_seen_starts_the_count_anew(stage: Stage) -> None:
    """Two misses, a look that finds the user, and the next miss is the first."""
    user = stage.user()
    attempts = polling(stage)
    stage.fault("GET", "/authentication/methods", status=404, times=2)
    for _ in range(2):
        assert_passing(await attempts.failure(watch(user)), "UserMissing")
    assert_passing(await attempts.failure(watch(user)), "NotRegistered")
    stage.fault("GET", "/authentication/methods", status=404)

    error = await attempts.failure(watch(user))

    assert WAITING[Waiting.USER_MISSING].format(time=1, times=3) in str(error)


async def test_an_outage_between_misses_changes_nothing(stage: Stage) -> None:
    """A 503 is neither a miss nor a sighting: the count goes on where it was."""
    attempts = polling(stage)
    await attempts.failure(watch(NOBODY))
    stage.fault("GET", "/authentication/methods", status=503)
    assert_passing(await attempts.failure(watch(NOBODY)), "ServiceUnavailable")

    assert WAITING[Waiting.USER_MISSING].format(time=2, times=3) in str(
        await attempts.failure(watch(NOBODY))
    )


def ago(*, hours: float) -> str:
    """Return the instant so long ago, as a heartbeat tells it."""
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
