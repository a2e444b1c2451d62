"""Verbs while no worker runs: they say within seconds what Temporal keeps."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.mail.kill_switch import MailSwitch
from cli.terminal import ExitStatus
from client.people.rollout import read_rollout
from database.engine import Database
from database.rollout.control import read_control, set_control
from domain.enrolment.state import EnrolmentInput
from domain.identifiers import TASK_QUEUE, enrolment_workflow_id, is_dry_run
from domain.status import Source
from domain.tables.rollout import MailControl
from tests.cli.people.conftest import Verb, verb_of
from tests.database.values import object_id, person, put
from tests.support.enrolments import STRICT
from tests.support.eventually import eventually
from tests.support.json_documents import read_document
from tests.support.namespaces import own_namespace
from worker.report import copy_mail_switch
from workflows.enrolment.workflow import EnrolmentWorkflow
from workflows.rollout_control import RolloutControlWorkflow


@pytest.fixture
def verb(sqlite_database: Database, temporal_address: str, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give verbs that reach Temporal and the tables; they lose patience at once."""
    verb = verb_of(Path(str(sqlite_database.url.database)).parent, monkeypatch)
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    monkeypatch.setenv("ANSWER_WITHIN", "1s")
    monkeypatch.setattr("temporal.updates.LOOK_UP_WITHIN", timedelta(milliseconds=100))
    return verb


@pytest.fixture
async def own_client(temporal_address: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a namespace of its own, since a namespace has one switch for all mail."""
    client = await own_namespace(temporal_address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", client.namespace)
    return client


@pytest.mark.wording
async def test_an_import_and_a_dry_run_are_recorded(
    verb: Verb, tmp_path: Path, client: Client, unique: Callable[[str], str]
) -> None:
    """Each ends with success, and says what it waits for, and how it alone is withdrawn."""
    file, batch = tmp_path / "people.csv", unique("batch")
    file.write_text("UPN\nada@contoso.example\n")
    words = ("import", str(file), "--batch-id", batch)
    queries = []
    for options, said in (((), "The import is recorded"), (("--dry-run",), "enrols nobody")):
        status, output = await asyncio.to_thread(verb, *words, *options)
        assert status == ExitStatus.DONE
        assert said in output
        assert f"from then on `mfa-rollout imports show {batch}`" in output
        queries += re.findall(r'--query "([^"]+)"', output)

    async def are_found() -> bool:
        found = [[one.id async for one in client.list_workflows(query)] for query in queries]
        return [[is_dry_run(one) for one in ids] for ids in found] == [[False], [True]]

    await eventually(are_found)


@pytest.mark.wording
def test_an_import_that_runs_keeps_its_options(
    verb: Verb, tmp_path: Path, unique: Callable[[str], str]
) -> None:
    """Whoever joins it with others is told which hold, and programs are, too."""
    file, batch = tmp_path / "people.csv", unique("batch")
    file.write_text("UPN\nada@contoso.example\n")
    words = ("import", str(file), "--batch-id", batch)
    assert "running already" not in verb(*words, "--wave-size", "5")[1]
    assert "running already" not in verb(*words, "--wave-size", "5")[1]
    status, output = verb(*words, "--wave-size", "7")
    assert status == ExitStatus.DONE
    told = "running already, and keeps what it began with: People in a wave: 5"
    assert told in output
    output = verb(*words, "--json")[1]
    assert json.loads(output[output.index("{") : output.rindex("}") + 1])["options"] == {
        "waveSize": 5
    }
    assert "running already" in verb(*words, "--wave-size", "5", "--include-cancelled")[1]
    entries = json.loads(verb("audit", "list", "--json")[1])
    outcomes = [one["reason"] for one in entries if one["answers"]]
    assert [told in str(reason) for reason in outcomes] == [True, True, True, False, False]
    assert entries[-1]["reason"] == f"batch {batch}; People in a wave: 5"


async def test_all_mail_is_stopped_in_the_tables_and_the_switch_follows(
    verb: Verb, own_client: Client, sqlite_database: Database
) -> None:
    """No mail is counted from then on; a worker that starts finds the last word."""

    async def switch(word: str) -> str:
        status, output = await asyncio.to_thread(verb, "mail", word, "--reason", f"to {word}")
        assert status == ExitStatus.DONE
        return output

    for word in ("stop", "start", "stop"):
        assert "no worker" in await switch(word)
    for word, stopped in (("start", False), ("stop", True)):
        _, output = await asyncio.to_thread(verb, "mail", word, "--reason", f"to {word}", "--json")
        told = read_document(f"mail {word}", output)
        assert (told["mailStopped"], told["outcome"]) == (stopped, "recorded")
    async with sqlite_database.reading() as connection:
        control = (await read_rollout(connection, datetime.now(UTC))).control
    assert control is not None
    assert control.mail_stopped
    async with Worker(
        own_client,
        task_queue=TASK_QUEUE,
        workflows=[RolloutControlWorkflow],
        workflow_runner=STRICT,
    ):
        stopped = await eventually(MailSwitch(client=own_client).stop)
        assert stopped.reason == "to stop"
        assert "Mail is on again" in await switch("start")
        assert await MailSwitch(client=own_client).stop() is None


async def test_mail_is_stopped_while_temporal_is_away(
    verb: Verb,
    own_client: Client,
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Our tables hold the stop until a worker has told Temporal; before that it can't be started.

    Without the tables it fails, and says that workers have to be stopped. A setting that has
    nothing to do with it hinders it as little.
    """
    monkeypatch.setattr("worker.report.ANSWERS_WITHIN", timedelta(seconds=1))

    async def switch(word: str) -> tuple[int, str]:
        return await asyncio.to_thread(verb, "mail", word, "--reason", f"to {word}")

    async def control() -> MailControl:
        async with sqlite_database.reading() as connection:
            found = await read_control(connection)
        assert found is not None
        return found

    with monkeypatch.context() as away:
        away.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
        away.setenv("WAVE_SIZE", "five hundred")
        status, output = await switch("stop")
        assert (status, "Temporal can't be reached" in output) == (ExitStatus.DONE, True), output
        assert (await switch("start"))[0] == ExitStatus.FAILED
        away.setenv("DATA_DIR", str(tmp_path / "nothing"))
        status, output = await switch("stop")
        assert (status, "Stop the workers" in output) == (ExitStatus.FAILED, True), output
    stopped = await control()
    assert (stopped.mail_stopped, stopped.reason) == (True, "to stop")
    # Temporal is back, and knows of no stop; no worker carries it out yet.
    await copy_mail_switch(own_client, sqlite_database)
    assert await control() == stopped
    async with Worker(
        own_client,
        task_queue=TASK_QUEUE,
        workflows=[RolloutControlWorkflow],
        workflow_runner=STRICT,
    ):

        async def is_told() -> bool:
            await copy_mail_switch(own_client, sqlite_database)
            return (await control()).untold is None

        await eventually(is_told)
        assert await control() == replace(stopped, untold=None)
        told = await MailSwitch(client=own_client).stop()
        assert (told and told.reason) == "to stop"
        # A stop that isn't told yet can be withdrawn, and isn't told afterwards.
        assert (await switch("start"))[0] == ExitStatus.DONE
        async with sqlite_database.writing() as connection:
            await set_control(connection, replace(stopped, untold=object_id(1)))
        status, output = await switch("start")
        assert status == ExitStatus.DONE, output
        await copy_mail_switch(own_client, sqlite_database)
        assert not (await control()).mail_stopped
        assert await MailSwitch(client=own_client).stop() is None


async def test_programs_are_told_what_is_recorded(
    verb: Verb, own_client: Client, sqlite_database: Database
) -> None:
    """Requests about one person, and what a restored Temporal doesn't know, in the page's keys."""
    ada = await _enrolled(own_client, sqlite_database)
    for word in ("pause", "resume", "resend", "cancel"):
        status, output = await asyncio.to_thread(verb, word, ada, "--reason", "a test", "--json")
        told = read_document(word, output)
        assert (status, told["objectId"], told["action"]) == (ExitStatus.DONE, ada, word)
        assert told["outcome"] == "recorded"
    assert told["ended"] is False
    _, output = await asyncio.to_thread(verb, "pause", "person 1", "--reason", "a test")
    assert output.startswith("Person 1, person1@contoso.com:\n")
    _, output = await asyncio.to_thread(verb, "after-restore", "--json")
    restored = read_document("after-restore", output)
    assert ([one["objectId"] for one in restored["newer"]], restored["told"]) == ([ada], None)
    assert restored["newer"][0]["differences"]["status"] == {"row": "Sent", "temporal": None}


async def test_a_wrong_setting_is_told_before_anything_is_done(
    verb: Verb, own_client: Client, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verb that will need it does nothing; one that doesn't isn't hindered."""
    ada = await _enrolled(own_client, sqlite_database)
    monkeypatch.setenv("WAVE_SIZE", "five hundred")
    words = (ada, "--reason", "a test")
    refused = [(await asyncio.to_thread(verb, word, *words))[0] for word in ("resend", "retry")]
    assert refused == [ExitStatus.USAGE] * 2
    assert (await asyncio.to_thread(verb, "pause", *words))[0] == ExitStatus.DONE
    entries = json.loads((await asyncio.to_thread(verb, "audit", "list", "--json"))[1])
    assert {one["action"] for one in entries} == {"pause"}


async def _enrolled(client: Client, database: Database) -> str:
    """Start an enrolment that no worker takes up, and return the person's ObjectId."""
    ada = object_id(1)
    await put(database, person(1))
    await client.start_workflow(
        EnrolmentWorkflow.run,
        EnrolmentInput(
            object_id=ada,
            user_principal_name="person1@contoso.com",
            source=Source.CSV_UPLOAD,
            batch_id="autumn",
            correlation_id=ada,
        ),
        id=enrolment_workflow_id(ada),
        task_queue=TASK_QUEUE,
    )
    return ada
