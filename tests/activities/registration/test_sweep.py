"""The steps of a sweep: a page of the report, whom it concerns, and telling them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from temporalio.client import Client

from activities.registration.sweep import (
    FROM_PEOPLE,
    Reported,
    ReportRead,
    SweepActivities,
    SweepMode,
)
from activities.registration.unregistered import Enrolled
from domain.enrolment.messages import RegistrationChanged
from graph.registration_report import RegistrationReport
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts, assert_passing, assert_permanent
from tests.activities.listeners import Listener, listening
from tests.activities.stage import Stage
from tests.support.eventually import eventually

REPORT = "/reports/"


class Counted(Enrolled):
    """As many people as a test says."""

    def __init__(self, people: int) -> None:
        """Take their number."""
        self._people = people

    async def count(self) -> int:
        """Return their number."""
        return self._people


class Sweep:
    """One test's sweep, and its people."""

    def __init__(self, stage: Stage, client: Client, stack: AsyncExitStack) -> None:
        """Start with nobody."""
        self.stage = stage
        self.enrolled = Enrolled(client=client)
        self._client = client
        self._stack = stack

    def activities(
        self, mode: SweepMode = SweepMode.ON, enrolled: Enrolled | None = None
    ) -> SweepActivities:
        """Return the steps."""
        return SweepActivities(
            client=self._client,
            report=RegistrationReport(self.stage.graph),
            mode=mode,
            enrolled=enrolled or self.enrolled,
        )

    def reading(self) -> Attempts[ReportRead]:
        """Return the attempts of one page."""
        return Attempts(self.activities().read_report_page)

    async def enrol(self, user: User) -> Listener:
        """Start somebody's enrolment, and wait until it can be found."""
        enrolment = self.stage.enrolment(user)
        listener = await self._stack.enter_async_context(listening(self._client, enrolment))

        async def found() -> bool:
            return user.id in await self.enrolled.unregistered(fresh=True)

        await eventually(found)
        return listener


@pytest.fixture
async def sweep(stage: Stage, client: Client) -> AsyncIterator[Sweep]:
    """Return a sweep in a licensed tenant that pages as it likes."""
    # The tests of a minute read it more often than a day does; pages are lost in one of them.
    stage.assume(reportcalls="off", lostpages="off")
    async with AsyncExitStack() as stack:
        yield Sweep(stage, client, stack)
    stage.tenant.premium, stage.tenant.page_cap = True, None


async def every_page(sweep: Sweep) -> list[Reported]:
    """Read the report to its end."""
    page = await sweep.reading().next(None)
    found = [*page.reported]
    while page.next_link is not None:
        page = await sweep.reading().next(page.next_link)
        found += page.reported
    return found


async def test_only_the_enrolled_whom_the_report_calls_registered(sweep: Sweep) -> None:
    """Not who isn't registered, nor who isn't enrolled; over as many pages as there are."""
    registered, not_yet = sweep.stage.user(methods=["fido2"]), sweep.stage.user()
    stranger = sweep.stage.user(methods=["phone"])
    for user in (registered, not_yet):
        await sweep.enrol(user)
    sweep.stage.tenant.page_cap = 1
    found = [one.object_id for one in await every_page(sweep)]
    assert registered.id in found
    assert not {not_yet.id, stranger.id} & set(found)
    assert len(found) == len(set(found))


async def test_the_mark_tells_other_methods(sweep: Sweep) -> None:
    """It is the same while the reported methods are, and another when one is added."""
    user = sweep.stage.user(methods=["fido2"])
    await sweep.enrol(user)

    async def mark() -> str:
        (one,) = [one for one in await every_page(sweep) if one.object_id == user.id]
        return one.mark

    before = await mark()
    assert await mark() == before
    sweep.stage.tenant.register_method(user.id, "phone")
    assert await mark() != before


async def test_a_licence_that_is_denied_five_times_is_none(sweep: Sweep) -> None:
    """Each time it is asked for again a little later; then the report is given up, in words."""
    sweep.stage.tenant.premium = False
    attempts = sweep.reading()
    for _ in range(4):
        error = await attempts.failure(None)
        assert_passing(error, "NotLicensed")
        assert error.next_retry_delay is not None
    page = await attempts.next(None)
    assert page == ReportRead(obstacle=page.obstacle)
    assert "P1 or P2" in str(page.obstacle)


@pytest.mark.parametrize(
    ("status", "code"), [(400, "BadRequest"), (404, "ResourceNotFound")], ids=["400", "404"]
)
async def test_a_cloud_without_the_report_is_no_failure(
    sweep: Sweep, status: int, code: str
) -> None:
    """National clouds lack parts of Graph: the direct looks go on without the report."""
    sweep.stage.fault("GET", REPORT, status=status, code=code, times=None)
    attempts = sweep.reading()
    for _ in range(4):
        assert_passing(await attempts.failure(None), "NotLicensed")
    assert "MICROSOFT_CLOUD" in str((await attempts.next(None)).obstacle)


async def test_a_licence_that_is_denied_for_a_moment_is_there(sweep: Sweep) -> None:
    """The next attempt reads the page."""
    code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
    sweep.stage.fault("GET", REPORT, status=403, code=code)
    attempts = sweep.reading()
    assert_passing(await attempts.failure(None), "NotLicensed")
    assert (await attempts.next(None)).obstacle is None


async def test_a_missing_permission_is_named(sweep: Sweep) -> None:
    """No other attempt would help: the report is given up, and what to grant is said."""
    sweep.stage.fault("GET", REPORT, status=403, times=None)
    page = await sweep.reading().next(None)
    assert "AuditLog.Read.All" in str(page.obstacle)


async def test_a_report_that_is_down_is_asked_again(sweep: Sweep) -> None:
    """An outage is no obstacle, and what Graph refuses to read is a failure."""
    sweep.stage.fault("GET", REPORT, status=503)
    assert_passing(await sweep.reading().failure(None), "ServiceUnavailable")
    sweep.stage.fault("GET", REPORT, status=400)
    assert_permanent(await sweep.reading().failure(None), "BadRequest")


async def test_a_page_that_is_forgotten_ends_a_sweep(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its link would fail for ever; the next sweep reads the report from its beginning."""
    for _ in range(3):
        sweep.stage.user()
    monkeypatch.setattr(sweep.stage.tenant, "page_cap", 2)
    link = (await sweep.reading().next(None)).next_link
    assert link is not None
    sweep.stage.assume(lostpages="1")
    assert "too early" in str((await sweep.reading().next(link)).obstacle)


async def test_a_link_elsewhere_is_not_followed(sweep: Sweep) -> None:
    """The token stays at Graph, whatever a page's address is."""
    error = await sweep.reading().failure("https://graph.example/v1.0/reports")
    assert_permanent(error, "UnexpectedAnswer")


@pytest.mark.parametrize(
    ("mode", "people", "wanted"),
    [
        (SweepMode.ON, 1, True),
        (SweepMode.OFF, 1_000_000, False),
        (SweepMode.AUTO, FROM_PEOPLE - 1, False),
        (SweepMode.AUTO, FROM_PEOPLE, True),
    ],
)
async def test_when_a_sweep_is_wanted(
    sweep: Sweep, mode: SweepMode, people: int, *, wanted: bool
) -> None:
    """As it is set, else from 5,000 people on."""
    activities = sweep.activities(mode, Counted(people))
    assert await Attempts(activities.sweep_wanted).next() is wanted


async def test_people_are_counted_by_temporal(sweep: Sweep) -> None:
    """Who is being enrolled and isn't registered, counts; and few are no reason for a sweep."""
    await sweep.enrol(sweep.stage.user())
    assert await sweep.enrolled.count() >= 1
    assert await Attempts(sweep.activities(SweepMode.AUTO).sweep_wanted).next() is False


async def test_changes_are_told_to_those_who_are_there(sweep: Sweep) -> None:
    """An enrolment that has ended is passed over; the event's id is made of what is reported."""
    ada = sweep.stage.user()
    listener = await sweep.enrol(ada)
    reported = [
        Reported(object_id=ada.id, mark="abc"),
        Reported(object_id=sweep.stage.user().id, mark="abc"),
    ]
    telling = Attempts(sweep.activities().tell_registrations_changed)
    assert await telling.next(reported) == 1
    (news,) = await listener.heard("registration_changed", RegistrationChanged)
    assert news.event_id == "report-abc"
