"""Exchange's error codes, by what they mean for a mailbox that we read or send from.

Sources: https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode,
of which Graph tells many as they are; the codes that Outlook on the web tells apart when a mail
can't be sent; and the issues named below.
"""

MAILBOX_MISSING = frozenset(
    {
        "ErrorInvalidUser",
        "ErrorNonExistentMailbox",
        "MailboxNotEnabledForRESTAPI",
        "MailboxNotSupportedForRESTAPI",
        "OrganizationFromTenantGuidNotFound",
        "ResourceNotFound",
    }
)
"""The 404 of a mailbox, in all its forms; that of a message is ``ErrorItemNotFound``.

microsoft-graph-docs#5143, microsoft-graph-docs-contrib#7160.
"""

MAILBOX_FULL = frozenset({"ErrorQuotaExceeded", "QuotaExceededException"})
"""A 403 or a 507 that no grant helps against, also where mails are only read.

microsoft-graph-docs#2927, and for named properties #12168.
"""

LIMIT_USED_UP = frozenset(
    {
        "ErrorExceededHourlyMessageLimit",
        "ErrorExceededMaxRecipientLimit",
        "ErrorExceededMaxRecipientLimitShowTierUpgrade",
        "ErrorExceededMessageLimit",
        "ErrorExceededMessageLimitShowTierUpgrade",
        "ErrorSubmissionQuotaExceeded",
    }
)
"""The mailbox has written to as many people as it may in an hour or a day, whatever the status."""

SENDING_BLOCKED = frozenset(
    {
        "ErrorAccountSuspend",
        "ErrorAccountSuspendShowTierUpgrade",
        "ErrorMessageBlocked",
        "ErrorMessageSubmissionBlocked",
    }
)
"""The mailbox may not send until somebody lets it, or a mail is taken for spam: no grant helps."""

PASSING = frozenset(
    {
        "ErrorConnectionFailed",
        "ErrorInternalServerTransientError",
        "ErrorMailboxFailover",
        "ErrorMailboxMoveInProgress",
        "ErrorMailboxStoreUnavailable",
        "ErrorMessageTimeout",
        "ErrorMessageTransientError",
        "ErrorServerBusy",
        "ErrorTimeoutExpired",
        "MailboxInfoStale",
    }
)
"""Exchange moves the mailbox, or its database isn't there just now, whatever the status."""
