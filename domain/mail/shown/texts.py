"""The names of the mails.

Nothing is ever decided by these texts.
"""

from domain.status import MailKind

# The same name wherever people read of a mail.
MAIL_NAMES = {
    MailKind.INVITATION: "Invitation",
    MailKind.REMINDER: "Reminder",
    MailKind.FOLLOW_UP: "Follow-up",
    MailKind.ESCALATION: "Mail to the manager",
}
