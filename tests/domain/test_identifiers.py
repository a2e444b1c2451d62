"""Ids that several processes agree on, and what they were made from."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import identifiers
from domain.status import MailKind


@given(st.uuids())
def test_workflow_id_leads_back_to_the_user(object_id: UUID) -> None:
    """The ObjectId can be read from the workflow id, whatever its case was."""
    workflow_id = identifiers.enrolment_workflow_id(str(object_id).upper())
    assert workflow_id == f"mfa-enrolment-{object_id}"
    assert identifiers.object_id_of(workflow_id) == str(object_id)


@pytest.mark.parametrize(
    "workflow_id", ["", "mfa-batch-x", "mfa-enrolment-", "mfa-enrolment-ada@contoso.example"]
)
def test_other_workflow_ids_belong_to_nobody(workflow_id: str) -> None:
    """What isn't an enrolment's id is refused."""
    with pytest.raises(ValueError):  # noqa: PT011 - UUID's own words vary
        identifiers.object_id_of(workflow_id)


def test_name_is_no_object_id() -> None:
    """Nothing personal gets into a workflow id: only a GUID makes one."""
    with pytest.raises(ValueError, match="badly formed"):
        identifiers.enrolment_workflow_id("ada@contoso.example")


def test_parts_of_imports_are_told_apart() -> None:
    """Another file or another part under the same batch id is another workflow."""
    one = identifiers.batch_workflow_id("spring", "a" * 64, 1)
    assert one == f"mfa-batch-spring-{'a' * 12}-1"
    assert one != identifiers.batch_workflow_id("spring", "b" * 64, 1)
    assert one != identifiers.batch_workflow_id("spring", "a" * 64, 2)


@pytest.mark.parametrize(
    ("batch_id", "fits"),
    [("spring-2026_1.csv", True), ("a" * 64, True), ("", False), ("a" * 65, False), ("a b", False)],
)
def test_batch_ids_have_few_characters(batch_id: str, fits: bool) -> None:
    """A batch id is 1 to 64 of letters, digits, dot, underscore and dash."""
    assert bool(identifiers.BATCH_ID_PATTERN.fullmatch(batch_id)) is fits


@given(st.uuids(), st.sampled_from(MailKind), st.uuids(), st.integers(1, 10_000))
def test_a_mails_key_leads_back_to_it(
    object_id: UUID, kind: MailKind, run_id: UUID, number: int
) -> None:
    """Person, kind, run and number can be read from a key, also after Exchange changed its case."""
    key = identifiers.MailKey(
        object_id=str(object_id), kind=kind, run_id=str(run_id), number=number
    )
    assert identifiers.MailKey.parse(str(key)) == key
    assert identifiers.MailKey.parse(str(key).upper()).object_id == str(object_id)


@pytest.mark.parametrize("text", ["", "k-1", "a/invitation/r/1", f"{UUID(int=1)}/love/r/1"])
def test_other_keys_are_none_of_ours(text: str) -> None:
    """What isn't a key of ours is refused."""
    with pytest.raises(ValueError):  # noqa: PT011 - the words are Python's
        identifiers.MailKey.parse(text)


def test_queues_are_made_from_the_common_one() -> None:
    """Polling and each sender have queues of their own, with no address in their names."""
    queues = {
        identifiers.registration_task_queue("q"),
        identifiers.mail_task_queue("q", 0),
        identifiers.mail_task_queue("q", 1),
    }
    assert queues == {"q-registration", "q-mail-0", "q-mail-1"}


def test_search_attributes_are_named_like_columns() -> None:
    """Who knows the list can search the Temporal UI."""
    names = {
        value
        for name, value in vars(identifiers).items()
        if name.isupper() and isinstance(value, str)
    }
    assert {"UserPrincipalName", "InviteStatus", "MFARegistrationState", "SourceBatchId"} <= names


def test_queues_and_probes_have_no_address_in_their_names() -> None:
    """A sender mailbox is named by its place among the mailboxes."""
    assert identifiers.mail_task_queue("q", 2) == "q-mail-2"
    assert identifiers.sender_probe_workflow_id("q", 2) == "q-sender-probe-2"
    assert identifiers.registration_task_queue("q") == "q-registration"
    assert identifiers.report_key("s", "r", 3) == "s/report/r/3"


def test_a_dry_run_is_told_by_its_id() -> None:
    """A part of it has the id of an import's part, with another beginning."""
    ids = [identifiers.batch_workflow_id("b", "a" * 64, 1, dry_run=dry) for dry in (True, False)]
    assert ids == [f"mfa-dry-run-b-{'a' * 12}-1", f"mfa-batch-b-{'a' * 12}-1"]
    assert [identifiers.is_dry_run(one) for one in ids] == [True, False]
