"""What webhooks are told, to which addresses, and for how long it is tried."""

import json
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import pytest

from domain.status import EnrolmentEnd, InviteStatus
from domain.webhooks.addresses import is_public
from domain.webhooks.messages import status_changed, trial_message
from domain.webhooks.records import PostAnswer, StatusChange, WebhookTrouble
from domain.webhooks.retry_period import GIVEN_UP_AFTER, is_given_up
from domain.webhooks.texts import TROUBLES, trouble_text

WEBHOOK = "3f2a0000-0000-4000-8000-000000000001"
ADA = "a0000000-0000-4000-8000-000000000001"
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
CHANGE = StatusChange(
    object_id=ADA,
    revision=1_795_780_800_000_000,
    status=InviteStatus.ACTIVE,
    previous_status=InviteStatus.ADDED_TO_GROUP,
    ended=EnrolmentEnd.ACTIVE,
    batch_id="wave-1",
)


def test_a_message_says_who_came_from_where_to_where() -> None:
    """It holds ids and statuses alone, and its id is the same whenever it is made."""
    message = status_changed(WEBHOOK, CHANGE)
    assert json.loads(message.body) == {
        "type": "enrolment.status_changed",
        "timestamp": "2026-11-27T12:00:00.000Z",
        "data": {
            "objectId": ADA,
            "status": "Active",
            "previousStatus": "AddedToGroup",
            "ended": "active",
            "batchId": "wave-1",
        },
    }
    assert ": " not in message.body
    name = f"{WEBHOOK}/{ADA}/1795780800000000"
    assert message.message_id == f"msg_{uuid5(NAMESPACE_URL, name).hex}"


def test_a_trial_message_names_its_webhook() -> None:
    """A receiver can tell it from the others, and two trials from each other."""
    message = trial_message(WEBHOOK, NOON)
    assert json.loads(message.body) == {
        "type": "webhook.test",
        "timestamp": "2026-11-27T12:00:00.000Z",
        "data": {"webhookId": WEBHOOK},
    }
    name = f"{WEBHOOK}/test/2026-11-27T12:00:00+00:00"
    assert message.message_id == f"msg_{uuid5(NAMESPACE_URL, name).hex}"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing listens there
        ("224.0.0.1", False),
        ("ff0e::1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("2002:a00:1::1", False),
        ("2002:5db8:d70e::1", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d70e", True),
        ("168.63.129.16", False),
        ("::10.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("fec0::1", False),
        ("64:ff9b:1::a00:1", False),
        ("no address", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    """Addresses of our own network are not, in whichever form they come."""
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("failing_for", "given_up"),
    [(None, False), (timedelta(days=3) - timedelta(seconds=1), False), (timedelta(days=3), True)],
)
def test_a_webhook_is_given_up_after_three_days(
    failing_for: timedelta | None, given_up: bool
) -> None:
    """Three days without one message that was taken."""
    assert timedelta(days=3) == GIVEN_UP_AFTER
    since = None if failing_for is None else NOON - failing_for
    assert is_given_up(since, NOON) is given_up


def test_every_trouble_has_a_text() -> None:
    """What `webhooks list` shows says something."""
    assert set(TROUBLES) == set(WebhookTrouble)
    answered = PostAnswer(trouble=WebhookTrouble.ANSWERED, answered=503)
    assert "503" in trouble_text(answered)
    assert trouble_text(PostAnswer()) == ""
