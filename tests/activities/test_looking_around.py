"""What a look at the registration also minds: who the person is, and what others were told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.registration.poll import AwaitRegistrationInput, PollEnd, RegistrationActivities
from activities.registration.poll_rate import PollRate
from domain.enrolment.policy import Policy
from domain.person import Person
from graph.authentication_methods import AuthenticationMethods
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.listeners import listening
from tests.activities.registration.test_poll import polling, watch
from tests.activities.stage import Stage
from tests.support.eventually import eventually

HOUR = timedelta(hours=1)


async def known(stage: Stage, user: User, **more: Any) -> AwaitRegistrationInput:
    """Return what the polling of somebody is started with, given who they are now."""
    person = await stage.directory.user(user.id)
    return watch(user, person=person, **more)


def day_later(attempts: Attempts[Any]) -> None:
    """Let the last look at the person be a day ago."""
    attempts.details[0]["person_read"] = (datetime.now(UTC) - 24 * HOUR).isoformat()


async def test_a_new_name_is_noticed(stage: Stage) -> None:
    """A day later the user is returned as the directory has them now."""
    user = stage.user()
    watched = await known(stage, user)
    attempts = polling(stage)
    assert_passing(await attempts.failure(watched), "NotRegistered")
    name = f"new-{user.user_principal_name}"
    stage.tenant.change_user(user.id, user_principal_name=name)
    day_later(attempts)

    person = await attempts.next(watched)

    assert isinstance(person, Person)
    assert (person.object_id, person.user_principal_name) == (user.id, name)


async def test_the_same_person_is_no_news(stage: Stage) -> None:
    """Nothing has changed: the next look at the person is a day later."""
    user = stage.user()
    watched = await known(stage, user)
    attempts = polling(stage)
    await attempts.failure(watched)
    looks = stage.fault("GET", f"/users/{user.id}\\?", times=None)
    day_later(attempts)
    assert_passing(await attempts.failure(watched), "NotRegistered")
    assert_passing(await attempts.failure(watched), "NotRegistered")
    assert looks.hits == 1


async def test_a_wait_for_the_first_look_tells_nothing(stage: Stage) -> None:
    """Where the first look isn't due, nothing is asked, and no heartbeat sent for it."""
    user = stage.user()
    watched = await known(stage, user, at_once=False)
    looks = stage.fault("GET", f"/users/{user.id}", times=None)
    attempts = polling(stage)

    assert_passing(await attempts.failure(watched), "NotRegistered")

    assert (looks.hits, attempts.beats) == (0, 0)


async def test_a_change_is_noticed_a_day_after_the_watch_began(stage: Stage) -> None:
    """An attempt before told nothing: the person was read when the watch was scheduled."""
    stage.assume(nulls="off")
    user = stage.user()
    watched = await known(stage, user, at_once=False)
    stage.tenant.change_user(user.id, display_name="Somebody Renamed")
    attempts = Attempts(
        stage.registration_activities.await_registration,
        scheduled_time=datetime.now(UTC) - 24 * HOUR,
    )
    assert_passing(await attempts.failure(watched), "NotRegistered")

    person = await attempts.next(watched)

    assert isinstance(person, Person)
    assert person.display_name == "Somebody Renamed"


async def test_what_was_told_is_not_told_again(stage: Stage) -> None:
    """A look that finds what the look before has told sends no heartbeat."""
    watched = await known(stage, stage.user())
    attempts = polling(stage)
    for _ in range(3):
        assert_passing(await attempts.failure(watched), "NotRegistered")
    assert attempts.beats == 1


async def test_nobody_is_read_before_a_day_is_over(stage: Stage) -> None:
    """The enrolment has just read the person: the first looks are at the methods alone."""
    user = stage.user()
    watched = await known(stage, user)
    looks = stage.fault("GET", f"/users/{user.id}\\?", times=None)
    attempts = polling(stage)
    for _ in range(3):
        await attempts.failure(watched)
    assert looks.hits == 0


async def test_a_corrected_address_is_noticed_at_once(stage: Stage) -> None:
    """Where mail came back, the first look already tells of another address."""
    user = stage.user()
    watched = await known(stage, user, mail_returned=True)
    stage.tenant.change_user(user.id, mail=f"right-{user.user_principal_name}")
    person = await polling(stage).next(watched)
    assert isinstance(person, Person)
    assert person.mail == f"right-{user.user_principal_name}"


async def test_a_directory_that_cannot_be_read_fails_no_look(stage: Stage) -> None:
    """The methods were read, and the person is read at the next look."""
    user = stage.user()
    watched = await known(stage, user, mail_returned=True)
    stage.tenant.change_user(user.id, mail=f"right-{user.user_principal_name}")
    stage.fault("GET", f"/users/{user.id}\\?", status=503)
    attempts = polling(stage)
    assert_passing(await attempts.failure(watched), "NotRegistered")
    assert isinstance(await attempts.next(watched), Person)


async def test_a_registration_comes_before_a_new_name(stage: Stage) -> None:
    """Who is registered needs no other look."""
    user = stage.user(methods=["phone"])
    watched = await known(stage, user, mail_returned=True)
    stage.tenant.change_user(user.id, mail=f"right-{user.user_principal_name}")
    assert await polling(stage).next(watched) is PollEnd.REGISTERED


async def test_a_disabled_account_is_watched_by_others(stage: Stage) -> None:
    """No look from here: it would be noticed twice that it is enabled again."""
    user = stage.user(account_enabled=False)
    watched = await known(stage, user, mail_returned=True)
    looks = stage.fault("GET", f"/users/{user.id}\\?", times=None)
    assert_passing(await polling(stage).failure(watched), "NotRegistered")
    assert looks.hits == 0


async def test_when_one_is_throttled_nobody_is_looked_at(stage: Stage, client: Client) -> None:
    """After a 429 the next person isn't asked about, and waits as long as Microsoft said."""
    activities = with_rhythm(stage, client)
    calls = stage.fault("GET", "/authentication/methods", status=429, retry_after="7")
    first, second = Attempts(activities.await_registration), Attempts(activities.await_registration)

    error = await first.failure(watch(stage.user()))
    assert_passing(error, "Throttled")
    assert error.next_retry_delay == timedelta(seconds=7)
    other = await second.failure(watch(stage.user(methods=["phone"])))

    assert_passing(other, "Throttled")
    assert other.next_retry_delay is not None
    assert timedelta(seconds=5) < other.next_retry_delay <= timedelta(seconds=7)
    assert calls.hits == 1


async def test_after_the_pause_looks_go_on(stage: Stage, client: Client) -> None:
    """A pause of a moment is over in a moment."""
    activities = with_rhythm(stage, client)
    stage.fault("GET", "/authentication/methods", status=429, retry_after="0.05")
    attempts = Attempts(activities.await_registration)
    registered = watch(stage.user(methods=["phone"]))
    assert_passing(await attempts.failure(registered), "Throttled")

    async def looked_at() -> bool:
        try:
            return await attempts.next(registered) is PollEnd.REGISTERED
        except ApplicationError:
            return False

    await eventually(looked_at)


def with_rhythm(
    stage: Stage, client: Client, looks_per_second: float = 100
) -> RegistrationActivities:
    """Return the polling where so many looks are allowed."""
    return RegistrationActivities(
        methods=AuthenticationMethods(stage.graph),
        tracking_list=stage.tracking_list,
        directory=stage.directory,
        records=stage.records,
        rhythm=PollRate(client=client, looks_per_second=looks_per_second),
    )


@pytest.mark.parametrize(
    ("more", "stretches"),
    [({}, True), ({"clicked_at": datetime.now(UTC)}, False), ({"mail_returned": True}, False)],
    ids=["routine", "clicked", "mail-returned"],
)
async def test_the_rhythm_is_stretched_for_many(
    stage: Stage, client: Client, more: dict[str, Any], *, stretches: bool
) -> None:
    """At a rate that one person uses up, routine looks are days apart; others come as ever."""
    async with listening(client, stage.enrolment(stage.user())):
        rate = 1 / timedelta(days=30).total_seconds()
        activities = with_rhythm(stage, client, rate)

        async def counted() -> bool:
            rhythm = PollRate(client=client, looks_per_second=rate)
            return await rhythm.at_least() >= timedelta(days=60)

        await eventually(counted)
        attempts = Attempts(activities.await_registration)
        error = await attempts.failure(watch(stage.user(), policy=Policy(poll_jitter=0), **more))

    assert error.next_retry_delay is not None
    assert (error.next_retry_delay >= timedelta(days=60)) is stretches
