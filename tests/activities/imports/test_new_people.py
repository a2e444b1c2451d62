"""What an import reads of new people beyond who they are, so that intake needn't."""

from datetime import UTC, datetime, timedelta

import pytest

from database.rollout.marks import mark_complete
from database.rollout.older_tokens import finish_pass
from domain.enrolment.state import EnrolmentInput, LookedUp
from domain.identifiers import enrolment_workflow_id
from simulated_tenant.directory.users import User
from tests.activities.calls import part
from tests.activities.imports.importing import starting
from tests.activities.stage import Stage
from tests.database.values import NOW

METHODS = "/authentication/methods$"


async def complete_tables(stage: Stage) -> None:
    """Let a pass of the list have ended, so that it is known who has no row."""
    async with stage.database.writing() as connection:
        await finish_pass(connection, 1, now=NOW)
        await mark_complete(connection, now=NOW)


async def looked_up(stage: Stage, user: User) -> LookedUp | None:
    """Return what the enrolment is told that the import has found."""
    handle = stage.client.get_workflow_handle(enrolment_workflow_id(user.id))
    history = await handle.fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    converter = stage.client.data_converter
    (told,) = (await converter.decode(started.input.payloads, [EnrolmentInput]))[:1]
    found: LookedUp | None = told.looked_up
    return found


async def test_methods_of_new_people_are_read_together(stage: Stage) -> None:
    """In one request, and intake is told who is registered; by the import's own time."""
    await complete_tables(stage)
    users = [stage.user(methods=methods) for methods in ([], ["fido2"], ["email"])]
    requests = stage.fault("POST", r"/\$batch$", times=None)
    begun = datetime.now(UTC)

    await starting(stage).next(part(*(user.user_principal_name for user in users)))

    found = [await looked_up(stage, user) for user in users]
    assert [one and one.registered for one in found] == [False, True, False]
    assert all(one is not None and begun <= one.at <= datetime.now(UTC) for one in found)
    # Whom the rows mean, whether they are excluded, and their methods.
    assert requests.hits == 3


async def test_methods_are_read_of_new_people_alone(stage: Stage) -> None:
    """While it isn't known who is new nobody's are: they may all be enrolled."""
    user = stage.user()
    reads = stage.fault("GET", METHODS, times=None)

    await starting(stage).next(part(user.user_principal_name))

    found = await looked_up(stage, user)
    assert found is not None
    assert found.registered is None
    assert reads.hits == 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 403}, id="refused"),
        pytest.param({"hold_before": timedelta(seconds=5)}, id="slow"),
        pytest.param({"status": 429}, id="throttled"),
    ],
)
async def test_methods_that_cannot_be_read_hold_nobody_up(
    stage: Stage, fault: dict[str, object]
) -> None:
    """They are started, and intake reads them, or says what has to be done."""
    await complete_tables(stage)
    user = stage.user()
    stage.fault("GET", METHODS, times=None, **fault)

    report = await starting(stage).next(part(user.user_principal_name))

    found = await looked_up(stage, user)
    assert (report.started, report.rows_done) == (1, 1)
    assert found is not None
    assert found.registered is None
