"""How many calls to Graph the shortest enrolment makes; docs/performance.md lists them."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from temporalio.client import Client

from domain.enrolment.messages import RegistrationChanged
from domain.enrolment.policy import Policy
from tests.truth.calls import resolve
from tests.truth.conformance import microsofts_metadata
from tests.truth.exchanges import Exchange, Recorder
from tests.truth.rollout import Rollout, part_of, running_rollout
from workflows.enrolment.workflow import EnrolmentWorkflow
from workflows.imports.batch import BatchWorkflow
from workflows.scheduled.reconcile import ReconcileWorkflow

PAGE = (Path(__file__).parents[2] / "docs" / "performance.md").read_text()
AT_MOST = 14
REQUESTS = re.compile(r"in (\d+) requests")
ROW = re.compile(r"^\| `([A-Z]+ [^`]+)` \| (\d+) \|", re.MULTILINE)


async def test_the_calls_of_the_shortest_enrolment(client: Client) -> None:
    """Invited, clicked, registered: the page names each call, and how often it is made."""
    metadata, recorder = microsofts_metadata(), Recorder()
    async with running_rollout(client, recorder) as rollout:
        # From the first pass of the list on nobody's row is looked for who can't have one.
        await rollout.carry_out(ReconcileWorkflow.run)
        # The server also has the people of other tests, whom these tables lack.
        await rollout.marks.mark()
        before = recorder.requests
        made = await _the_shortest(rollout, recorder)
        requests = recorder.requests - before
    counted = Counter(resolve(metadata, one.method, one.url).operation for one in made)
    listed = Counter({name: int(times) for name, times in ROW.findall(PAGE)})
    assert counted == listed
    assert counted.total() <= AT_MOST
    [listed_requests] = REQUESTS.findall(PAGE)
    assert requests == int(listed_requests)
    mailbox = [name for name in counted.elements() if "/messages" in name]
    assert len(mailbox) == 2


async def _the_shortest(rollout: Rollout, recorder: Recorder) -> list[Exchange]:
    ada = rollout.tenant.add_user("ada.shortest@contoso.example")
    before = len(recorder.exchanges)
    part = replace(part_of(ada.user_principal_name), policy=Policy())
    await rollout.carry_out(BatchWorkflow.run, part)
    await rollout.row(ada, InviteStatus="Sent")
    await rollout.click(ada)
    await rollout.row(ada, InviteStatus="AddedToGroup", InGroup=True)
    rollout.tenant.register_method(ada.id, "phone")
    event = RegistrationChanged(event_id=str(uuid4()), at=datetime.now(UTC))
    await rollout.enrolment(ada).signal(EnrolmentWorkflow.registration_changed, event)
    await rollout.enrolment(ada).result()
    await rollout.row(ada, InviteStatus="Active", MFARegistrationState="Registered")
    return recorder.exchanges[before:]
