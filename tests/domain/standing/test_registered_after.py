"""The mail after which a person registered has a name, and a place among the others."""

from domain.standing.registered_after import mail_name, mail_order

IN_ORDER = {
    "invitation": "Invitation",
    "reminder-2": "Reminder 2",
    "reminder-10": "Reminder 10",
    "follow-up-1": "Follow-up 1",
    "escalation": "Mail to the manager",
}


def test_mails_are_named_and_sorted_as_people_get_them() -> None:
    """Numbers count as numbers; what isn't known keeps its name, and comes last."""
    assert {mail: mail_name(mail) for mail in IN_ORDER} == IN_ORDER
    assert sorted(sorted(IN_ORDER), key=mail_order) == list(IN_ORDER)
    keys = [mail_order(mail) for mail in IN_ORDER]
    assert keys == [(0, 0), (1, 2), (1, 10), (2, 1), (3, 0)]
    assert (mail_name("follow-up"), mail_name("reminder")) == ("Follow-up", "Reminder")
    assert mail_name("unheard-of") == "unheard-of"
    assert mail_order("unheard-of") == mail_order("reminder-x") == mail_order("escalation")
