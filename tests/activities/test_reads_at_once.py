"""What an activity reads in the same moment goes to Graph in one request."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from activities.imports.part import IN_FLIGHT
from domain.status import MailKind
from domain.tables.mail import MailState
from tests.activities.attempts import Attempts
from tests.activities.calls import invitation, part
from tests.activities.imports.importing import starting
from tests.activities.mail.mails import delivering, only, state_of
from tests.activities.stage import Stage


@pytest.fixture(autouse=True)
async def recorded(stage: Stage) -> AsyncIterator[None]:
    """Record what is asked of the tenant, with a token that is good for another minute.

    Whoever waits for a token gets it one after the other, and not in the same moment.
    """
    tokens = stage.ground.tokens
    await tokens.refresh(await tokens.token())
    stage.tenant.exchanges.clear()
    stage.tenant.exchanges.enabled = True
    yield
    stage.tenant.exchanges.enabled = False


def batches(stage: Stage) -> list[int]:
    """Return of how many reads each batch was made."""
    found = stage.tenant.exchanges.all()
    return [len(one.request_body["requests"]) for one in found if one.url.endswith("/$batch")]


def reads(stage: Stage) -> int:
    """Return how much was read of people, in batches or by itself."""
    found = [one.url for one in stage.tenant.exchanges.all()]
    return sum("/users/" in url and "/messages" not in url for url in found)


@pytest.mark.parametrize(
    ("kind", "is_asked", "read"),
    [
        (MailKind.INVITATION, False, 2),
        (MailKind.INVITATION, True, 3),
        (MailKind.ESCALATION, True, 4),
    ],
)
async def test_all_that_is_read_before_a_mail_is_one_request(
    stage: Stage, kind: MailKind, *, is_asked: bool, read: int
) -> None:
    """The person, their methods, where it has to be asked the group, and the manager."""
    user = stage.user(manager_id=stage.user("boss").id)
    not_excluded_at = None if is_asked else datetime.now(UTC)
    mail = invitation(user, kind=kind, not_excluded_at=not_excluded_at)

    await delivering(stage).next(mail)

    assert batches(stage) == [read]
    assert reads(stage) == read


async def test_intake_asks_at_once_who_somebody_is(stage: Stage) -> None:
    """The person, the group and the methods; then both searches for their row."""
    user = stage.user()

    await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert batches(stage) == [3, 2]
    assert reads(stage) == 3


async def test_the_rows_of_an_import_are_looked_up_together(stage: Stage) -> None:
    """Whom they mean, and then whom the group excludes: two requests each for 25 rows."""
    users = [stage.user() for _ in range(IN_FLIGHT)]

    report = await starting(stage).next(part(*(one.user_principal_name for one in users)))

    assert report.rows_done == IN_FLIGHT
    assert sorted(batches(stage)[:4]) == [12, 12, 13, 13]
    assert reads(stage) == 2 * IN_FLIGHT


async def test_one_read_that_fails_holds_a_mail_back(stage: Stage) -> None:
    """Whichever it is, nothing is sent; the next attempt reads all of it again."""
    user = stage.user()
    mail = invitation(user)
    attempts = delivering(stage)
    for path in (f"/users/{user.id}(?:\\?|$)", "/authentication/methods", "/checkMemberGroups"):
        stage.fault("*", path, status=503, times=1)
        await attempts.failure(mail)
        assert await state_of(stage, mail) is not MailState.SENT

    await attempts.next(mail)

    only(stage, user)
    assert batches(stage) == [3] * 4


@pytest.mark.parametrize("status", [429, 503, 504])
async def test_a_batch_that_is_lost_holds_a_mail_back(stage: Stage, status: int) -> None:
    """Its answer is a gateway's: nothing is sent until the next attempt, nobody counts as gone."""
    user = stage.user()
    mail = invitation(user)
    attempts = delivering(stage)
    stage.fault("POST", "/[$]batch$", status=status, times=1)
    await attempts.failure(mail)
    assert await state_of(stage, mail) is not MailState.SENT

    await attempts.next(mail)

    only(stage, user)
