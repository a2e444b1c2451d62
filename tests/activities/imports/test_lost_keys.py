"""An import after the keys of encryption were lost, as the documents ask for it."""

from dataclasses import replace

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from domain.identifiers import enrolment_workflow_id
from temporal.connect import DATA_CONVERTER
from temporal.encryption.codec import PayloadEncryption
from tests.activities.attempts import Attempts
from tests.activities.calls import part
from tests.activities.imports.importing import import_activities, starting
from tests.activities.stage import Stage


def with_key(stage: Stage, number: int) -> Stage:
    """Return the same with a client that has one key."""
    converter = replace(DATA_CONVERTER, payload_codec=PayloadEncryption([bytes([number] * 32)]))
    config = stage.client.config()
    config["data_converter"] = converter
    return stage.but(client=Client(**config))


async def test_whoever_was_ended_since_the_key_is_lost_is_started_again(stage: Stage) -> None:
    """While it runs nobody can say who began it; once an admin has ended it, nobody has to."""
    lost, now = with_key(stage, 1), with_key(stage, 2)
    user = stage.user()
    rows = part(user.user_principal_name)
    await Attempts(import_activities(lost).start_enrolments).next(rows)
    with pytest.raises(ApplicationError, match="PAYLOAD_KEYS"):
        await starting(now).next(rows)
    handle = stage.client.get_workflow_handle(enrolment_workflow_id(user.id))
    await handle.terminate("Its key is lost.")
    report = await starting(now).next(rows)
    assert (report.started, report.already_enrolled, report.rejected) == (1, 0, [])
