"""The queue of looks at registrations, on a real server: its rate, its order, its manners."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import combinations

import pytest
from temporalio.client import Client

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from simulated_tenant.exchanges import Exchange
from tests.activities.registration.polls import polling_at
from tests.activities.stage import Stage
from tests.support.eventually import eventually

# A call every 1.05 s: below one a second the server lets no two come together.
CHECKS_PER_10S = 10
WAITING = 60
# Seconds that one call may take longer to the tenant than another.
ON_THE_WAY = 0.5

# These measure what a busy machine would blur.
pytestmark = pytest.mark.alone


@pytest.fixture
async def record(stage: Stage) -> AsyncIterator["Record"]:
    """Let the tenant record every exchange."""
    stage.tenant.exchanges.clear()
    stage.tenant.exchanges.enabled = True
    yield Record(stage)
    stage.tenant.exchanges.enabled = False
    stage.tenant.exchanges.clear()


class Record:
    """The tenant's record of looks at authentication methods."""

    def __init__(self, stage: Stage) -> None:
        """Read this tenant's."""
        self._stage = stage

    @property
    def looks(self) -> list[Exchange]:
        """Every look, oldest first."""
        return [
            one
            for one in self._stage.tenant.exchanges.all()
            if one.url.endswith("/authentication/methods")
        ]

    @property
    def order(self) -> list[str]:
        """Whom the looks were at."""
        found = [re.search(r"/users/([^/]+)/", one.url) for one in self.looks]
        return [match.group(1) for match in found if match]

    async def of(self, count: int) -> list[Exchange]:
        """Wait for so many looks."""
        await eventually(lambda: len(self.looks) >= count)
        return self.looks


async def test_the_rate_holds_and_who_clicked_comes_first(
    stage: Stage, client: Client, record: Record
) -> None:
    """Of 60 who wait one is looked at each second, never more; one who clicks doesn't wait."""
    async with polling_at(client, stage, CHECKS_PER_10S) as polls:
        for _ in range(WAITING):
            await polls.add(stage.enrolment(stage.user()))
        before = len(await record.of(2))
        clicked = stage.user()
        state = EnrolmentState(last_click_at=datetime.now(UTC) - Policy().polls_after_click[0])
        await polls.add(stage.enrolment(clicked), state)
        await record.of(before + 5)
        # One or two were on their way already.
        assert clicked.id in record.order[before : before + 3]
        looks = await record.of(8)

    times = [look.answered_at for look in looks]
    for first, last in combinations(range(len(times)), 2):
        assert times[last] - times[first] > (last - first) * 10 / CHECKS_PER_10S - ON_THE_WAY


async def test_a_throttled_look_is_one_call_and_waits(
    stage: Stage, client: Client, record: Record
) -> None:
    """After a 429 nobody asks for as long as Microsoft said, and then it goes on."""
    throttled = stage.fault("GET", "/authentication/methods", status=429, retry_after="2")
    # One a second: the next isn't on its way yet when the first is answered.
    async with polling_at(client, stage, CHECKS_PER_10S) as polls:
        for _ in range(5):
            await polls.add(stage.enrolment(stage.user()))
        looks = await record.of(3)

    assert throttled.hits == 1
    assert [look.status for look in looks[:2]] == [429, 200]
    assert looks[1].answered_at - looks[0].answered_at >= 1.9


async def test_an_outage_is_no_reason_for_more_calls(
    stage: Stage, client: Client, record: Record
) -> None:
    """A look that fails is one call: what is tried again, waits for its turn in the queue."""
    stage.fault("GET", "/authentication/methods", status=503)
    async with polling_at(client, stage, 200) as polls:
        first = stage.user()
        await polls.add(stage.enrolment(first))
        await record.of(1)
        await polls.add(stage.enrolment(stage.user()))
        await record.of(2)
        assert record.order.count(first.id) == 1
