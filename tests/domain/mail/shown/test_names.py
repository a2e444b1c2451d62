"""The mail after which a person registered has a name, and a place among the others."""

from domain.mail.shown.names import mail_name, mail_order
from domain.mail.shown.texts import MAIL_NAMES
from domain.status import MailKind

IN_ORDER = {
    "invitation": MAIL_NAMES[MailKind.INVITATION],
    "reminder-2": f"{MAIL_NAMES[MailKind.REMINDER]} 2",
    "reminder-10": f"{MAIL_NAMES[MailKind.REMINDER]} 10",
    "follow-up-1": f"{MAIL_NAMES[MailKind.FOLLOW_UP]} 1",
    "escalation": MAIL_NAMES[MailKind.ESCALATION],
}


def test_mails_are_named_and_sorted_as_people_get_them() -> None:
    """Numbers count as numbers; what isn't known keeps its name, and comes last."""
    assert {mail: mail_name(mail) for mail in IN_ORDER} == IN_ORDER
    assert sorted(sorted(IN_ORDER), key=mail_order) == list(IN_ORDER)
    keys = [mail_order(mail) for mail in IN_ORDER]
    assert keys == [(0, 0), (1, 2), (1, 10), (2, 1), (3, 0)]
    assert {kind: mail_name(kind) for kind in MailKind} == MAIL_NAMES
    assert mail_name("unheard-of") == "unheard-of"
    assert mail_order("unheard-of") == mail_order("reminder-x") == mail_order("escalation")
