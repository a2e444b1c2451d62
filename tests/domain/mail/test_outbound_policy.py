"""What an import needs of mailboxes and of Microsoft's outbound policy, as the dry run says it."""

import pytest

from domain.imports.pace import Pace
from domain.mail.outbound_policy import SendingNeed, exceeds_strict, policy_commands
from domain.tables.mail import MailLimits


def test_the_defaults_stay_below_the_strict_policy() -> None:
    """Nobody is blocked with the default settings."""
    limits = MailLimits()
    assert not exceeds_strict(limits.per_hour, limits.per_day)
    assert not Pace().need(1).more_than_strict


@pytest.mark.parametrize(
    ("count", "pace", "days", "mailboxes"),
    [
        (1500, Pace(), 4, 4),
        (450, Pace(), 1, 1),
        (451, Pace(), 2, 2),
        (1500, Pace(senders=2), 2, 4),
        (1500, Pace(per_day=2500), 1, 1),
    ],
)
def test_days_or_mailboxes(count: int, pace: Pace, days: int, mailboxes: int) -> None:
    """Of 750 mails a day 450 may be invitations; more mailboxes make it quicker."""
    more = pace.per_day > 800
    assert pace.need(count) == SendingNeed(days=days, mailboxes=mailboxes, more_than_strict=more)


def test_the_policy_that_allows_more_is_for_the_senders_alone() -> None:
    """The limits are those of the settings, and nobody else may send so much."""
    commands = policy_commands(900, 2500, ("mfa@contoso.example", "mfa2@contoso.example"))
    assert "-RecipientLimitExternalPerHour 900 " in commands
    assert "-RecipientLimitPerDay 2500 " in commands
    assert '-From "mfa@contoso.example","mfa2@contoso.example"' in commands
