"""What each day brought, and whom to call: over REST."""

from datetime import UTC, datetime, timedelta

from database.enrolments.contact import keep_contact
from domain.portal.call_list import CallEntry
from domain.portal.roles import Role
from domain.status import EnrolmentEnd
from domain.tables.story import StoryKind
from tests.api.admin.rest.rest import Rest, is_problem
from tests.database.values import NOW, event, object_id, person, put

DAYS = "/api/status/days"
CONTACT = f"/api/people/{object_id(1)}/contact"


async def test_each_of_the_last_days_is_counted(rest: Rest) -> None:
    """Today is the last, a day without anything has zeros, and older ones are left out."""
    now = datetime.now(UTC)
    events = [
        event(1, StoryKind.INVITED, at=now - timedelta(days=2)),
        event(2, StoryKind.REGISTERED, at=now),
    ]
    took = {"invite_sent_at": now - timedelta(days=2), "registered_at": now}
    ended = {"registered_after": "invitation", "ended": EnrolmentEnd.ACTIVE}
    await put(rest.database, person(7, **took, **ended), events)
    answer = await rest.call("GET", DAYS, Role.READER, params={"days": 3})
    told = answer.json()
    assert [one["day"] for one in told["days"]] == [
        f"{now - timedelta(days=ago):%Y-%m-%d}" for ago in (2, 1, 0)
    ]
    assert [one["invited"] for one in told["days"]] == [1, 0, 0]
    assert [one["registered"] for one in told["days"]] == [0, 0, 1]
    assert told["daysToRegister"] == [{"days": 2, "people": 1}]
    assert len((await rest.get(DAYS)).json()["days"]) == 91
    assert is_problem(await rest.get(DAYS, days=0), 422)


async def test_whom_to_call_is_told_to_those_who_call(rest: Rest) -> None:
    """Admins and helpdesk see the numbers that are known; a reader doesn't, nor of nobody."""
    unknown = {"phone": None, "managerName": None, "managerPhone": None}
    assert (await rest.get(CONTACT)).json() == unknown
    entry = CallEntry(phone="+44 1", manager_name="Grace", manager_phone="+44 2")
    async with rest.database.writing() as connection:
        await keep_contact(connection, object_id(1), entry, with_manager=True, now=NOW)
    for role in (Role.ADMIN, Role.HELPDESK):
        told = (await rest.call("GET", CONTACT, role)).json()
        assert told == {"phone": "+44 1", "managerName": "Grace", "managerPhone": "+44 2"}
    assert is_problem(await rest.call("GET", CONTACT, Role.READER), 403)
    assert is_problem(await rest.get(f"/api/people/{object_id(99)}/contact"), 404)
