"""What our table says of the stop of all mail, by what Temporal says."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.enrolment.messages import AdminRequest
from domain.mail_switch import MailSwitchState, copied_switch
from domain.tables.rollout import MailControl

THEN, NOW = datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 3, 9, tzinfo=UTC)
STOP = AdminRequest(actor="Ada", reason="phishing alarm", request_id="stop-1")
STOPPED = MailControl(
    mail_stopped=True, since=THEN, actor="Ada", reason="phishing alarm", request_id="stop-1"
)
STARTED = MailControl(mail_stopped=False, since=THEN, actor="Bob", reason="false alarm")
NEVER_USED, ON_AGAIN = MailSwitchState(), MailSwitchState(lifted=["stop-0", "stop-1"])


@pytest.mark.parametrize(
    ("known", "switch", "copied"),
    [
        pytest.param(None, NEVER_USED, None, id="never used"),
        pytest.param(STARTED, NEVER_USED, None, id="both on"),
        pytest.param(STOPPED, MailSwitchState(stop=STOP), None, id="both stopped"),
        pytest.param(
            None, MailSwitchState(stop=STOP), replace(STOPPED, since=NOW), id="stop not in table"
        ),
        pytest.param(
            STARTED, MailSwitchState(stop=STOP), replace(STOPPED, since=NOW), id="stopped since"
        ),
        *(
            pytest.param(
                STOPPED,
                MailSwitchState(
                    stop=AdminRequest(actor=actor, reason=reason, request_id=request_id)
                ),
                MailControl(
                    mail_stopped=True, since=NOW, actor=actor, reason=reason, request_id=request_id
                ),
                id=f"another stop: {actor}, {reason}, {request_id}",
            )
            for actor, reason, request_id in (
                ("Bob", "phishing alarm", "stop-1"),
                ("Ada", "audit", "stop-1"),
                ("Ada", "phishing alarm", "stop-2"),
            )
        ),
        pytest.param(STOPPED, ON_AGAIN, MailControl(mail_stopped=False, since=NOW), id="lifted"),
        pytest.param(
            STOPPED, NEVER_USED, replace(STOPPED, untold="stop-1"), id="Temporal was restored"
        ),
        pytest.param(
            STOPPED,
            MailSwitchState(lifted=["stop-0"]),
            replace(STOPPED, untold="stop-1"),
            id="Temporal was restored after another stop",
        ),
    ],
)
def test_a_stop_goes_only_where_that_stop_was_lifted(
    known: MailControl | None, switch: MailSwitchState, copied: MailControl | None
) -> None:
    """A Temporal that doesn't know of a stop never lifts it, and is told of it again."""
    assert copied_switch(known, switch, NOW) == copied
