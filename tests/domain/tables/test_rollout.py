"""What is stored of a worker's settings, and what a mailbox's state means."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.tables.mail import SenderState
from domain.tables.rollout import STUCK_CHECK, Sender, WorkerSettingsInForce
from domain.tracking_list.reconciliation import REPORTED_AS

SETTINGS = WorkerSettingsInForce(
    deadline=date(2027, 3, 31),
    has_excluded_group=True,
    excluded_users=2,
    guests="include",
    counted_methods=("fido2", "phone"),
    recheck_active=timedelta(days=7),
    registration_sweep="on",
    attention_after_click=timedelta(days=14),
    retain_ended=timedelta(hours=36),
    escalation_fallback="team@contoso.com",
    mail_redirect_to="rehearsal@contoso.com",
)
STORED = {
    "deadline": "2027-03-31",
    "has_excluded_group": True,
    "excluded_users": 2,
    "guests": "include",
    "counted_methods": ["fido2", "phone"],
    "recheck_active": 604_800.0,
    "registration_sweep": "on",
    "attention_after_click": 1_209_600.0,
    "retain_ended": 129_600.0,
    "escalation_fallback": "team@contoso.com",
    "mail_redirect_to": "rehearsal@contoso.com",
}


@pytest.mark.parametrize("left_out", [(), ("deadline", "recheck_active", "retain_ended")])
def test_settings_are_stored_by_name(left_out: tuple[str, ...]) -> None:
    """Dates are ISO 8601, durations seconds, and what isn't set is null."""
    nothing: dict[str, Any] = dict.fromkeys(left_out)
    settings = replace(SETTINGS, **nothing)
    assert settings.as_json() == {**STORED, **nothing}
    assert WorkerSettingsInForce.from_json({**STORED, **nothing, "unknown": 1}) == settings


def test_a_rehearsal_has_another_mailbox() -> None:
    """Mails reach the people they are for unless they are redirected."""
    assert SETTINGS.is_rehearsal
    assert not replace(SETTINGS, mail_redirect_to=None).is_rehearsal


@pytest.mark.parametrize("state", SenderState)
def test_a_mailbox_sends_only_while_it_is_ready(state: SenderState) -> None:
    """A paused one is as blocked as a stopped one."""
    sender = Sender(address="a", state=state, since=datetime.now(UTC))
    assert sender.is_blocked is (state is not SenderState.READY)


def test_reports_have_the_names_under_which_they_are_kept() -> None:
    """Tables of an earlier version have them under the same."""
    assert (STUCK_CHECK, REPORTED_AS) == ("stuck-workflows", "reconcile")
