"""What is said to an enrolment is bounded where it comes in, whoever says it."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from domain.enrolment import messages
from domain.enrolment.messages import (
    AdminRequest,
    Event,
    LegacyLinkClicked,
    MailBounced,
    ResendAddress,
    ResendRequested,
    RowDiffers,
)
from domain.enrolment.policy import Policy
from domain.mail.returned.status_codes import BounceClass
from domain.status import MailKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
IN_TOKYO = NOON.astimezone(timezone(timedelta(hours=9)))
LONG = "x" * 10_000
# What an id, a code and a reason may have at most.
LENGTHS = {"event_id": 100, "request_id": 100, "network": 100, "code": 20}
LENGTHS |= {"actor": 255, "reason": 1000}
REST: dict[str, Any] = {
    "kind": MailKind.INVITATION,
    "number": 1,
    "run_id": "r",
    "update": messages.Update.PAUSE,
    "request": AdminRequest(actor="ada", reason="no"),
    "fields": {},
    "sealed_address": "sealed",
    "policy": Policy(),
}
MESSAGES = [
    kind
    for kind in vars(messages).values()
    if isinstance(kind, type) and (issubclass(kind, Event) or kind is AdminRequest)
]


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_texts_are_cut_and_times_are_utc(kind: type) -> None:
    """However long a text is, and in whichever zone a time: the message holds it bounded."""
    names = {field.name for field in fields(kind)}
    given = {name: LONG for name in LENGTHS if name in names}
    given |= {name: value for name, value in REST.items() if name in names}
    message = kind(**given, **({"at": IN_TOKYO} if "at" in names else {}))
    for name in given.keys() & LENGTHS.keys():
        assert len(getattr(message, name)) == LENGTHS[name], name
    if "at" in names:
        assert message.at == NOON
        assert message.at.tzinfo is UTC


def test_what_may_be_left_out() -> None:
    """A wish without a network, a row that isn't there, a bounce of no known class."""
    said: dict[str, Any] = {"event_id": "e", "at": NOON}
    assert ResendRequested(**said).network is None
    assert ResendAddress(**said, sealed_address="sealed").network is None
    assert RowDiffers(**said).columns == ()
    bounced = MailBounced(**said, kind=MailKind.INVITATION, run_id="r", number=1, code="")
    assert bounced.bounce_class is BounceClass.ADDRESS
    assert LegacyLinkClicked(**said, fields={}, policy=Policy()).senders == 1
    assert AdminRequest(actor="ada", reason="no").request_id == ""
