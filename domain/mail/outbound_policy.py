"""Microsoft's limits for a mailbox that sends much, and what an admin has to set for more.

Who sends more than the outbound spam policy allows is blocked until an admin acts.
https://learn.microsoft.com/defender-office-365/recommended-settings-for-eop-and-office365
"""

from dataclasses import dataclass

# The strict values of Microsoft's recommendation: recipients of one mailbox.
STRICT_EXTERNAL_PER_HOUR = 400
STRICT_PER_DAY = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingNeed:
    """What an import needs of the sender mailboxes.

    Attributes:
        days: how long its invitations take with the mailboxes that there are.
        mailboxes: how many mailboxes would send them in one day.
        more_than_strict: the settings send more than Microsoft's strict policy allows.
    """

    days: int
    mailboxes: int
    more_than_strict: bool


def exceeds_strict(per_hour: int, per_day: int) -> bool:
    """Say whether so many mails block a mailbox under Microsoft's strict policy."""
    return per_hour > STRICT_EXTERNAL_PER_HOUR or per_day > STRICT_PER_DAY


def policy_commands(per_hour: int, per_day: int, senders: tuple[str, ...]) -> str:
    """Return the PowerShell that lets these mailboxes send so much, and nobody else."""
    mailboxes = ",".join(f'"{sender}"' for sender in senders)
    return (
        'New-HostedOutboundSpamFilterPolicy -Name "MFA rollout" '
        f"-RecipientLimitInternalPerHour {per_hour} -RecipientLimitExternalPerHour {per_hour} "
        f"-RecipientLimitPerDay {per_day} -ActionWhenThresholdReached BlockUser\n"
        'New-HostedOutboundSpamFilterRule -Name "MFA rollout" '
        f'-HostedOutboundSpamFilterPolicy "MFA rollout" -From {mailboxes}'
    )
