"""What records tell of themselves."""

from datetime import timedelta

import pytest

from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.audit import AuditCheck, AuditHead, parse_head
from domain.tables.mail import MailLimits
from domain.tables.people import LinkOwner, PeopleCount


def test_limits_are_those_that_the_guide_names() -> None:
    """25 a minute, 350 an hour, 750 a day; a tenth for the form, a quarter of it per network."""
    limits = MailLimits()
    assert (limits.per_minute, limits.per_hour, limits.per_day) == (25, 350, 750)
    assert (limits.form_share, limits.network_share, limits.invitation_share) == (0.1, 0.25, 0.6)
    assert limits.minute == timedelta(seconds=60)
    assert (limits.hour, limits.day) == (60 * limits.minute, 24 * limits.hour)


def test_a_log_is_whole_where_no_row_is_wrong() -> None:
    """Number 0 would be a broken row, too."""
    head = AuditHead(number=7, hash="h")
    assert AuditCheck(head=head).is_whole
    assert not AuditCheck(head=head, broken_at=0).is_whole


def test_the_total_is_everybody() -> None:
    """People of all statuses count, also those who have ended."""
    count = PeopleCount(
        by_status={InviteStatus.SENT: 3, InviteStatus.ACTIVE: 4},
        by_end={EnrolmentEnd.ACTIVE: 4},
    )
    assert count.total == 7
    assert PeopleCount().total == 0


@pytest.mark.parametrize(
    ("whose", "somebody", "nobody"),
    [
        (LinkOwner(object_id="o"), True, False),
        (LinkOwner(item_id="1"), True, False),
        (LinkOwner(), False, True),
        (LinkOwner(is_certain=False), False, False),
        (LinkOwner(object_id="o", is_certain=False), True, False),
    ],
)
def test_a_link_is_somebodys_nobodys_or_unknown(
    whose: LinkOwner, somebody: bool, nobody: bool
) -> None:
    """Only where the tables can rule everybody out is a link nobody's."""
    assert (whose.is_known, whose.is_unknown) == (somebody, nobody)


@pytest.mark.parametrize(
    ("text", "head"),
    [
        (f" 17:{'0f' * 32}\n", AuditHead(number=17, hash="0f" * 32)),
        (f"{'9' * 18}:{'0' * 64}", AuditHead(number=10**18 - 1, hash="0" * 64)),
        (f"{'9' * 19}:{'0' * 64}", None),
        (f"17:{'0F' * 32}", None),
        (f"17:{'0' * 63}", None),
        ("17", None),
    ],
)
def test_a_head_is_read_as_it_was_noted(text: str, head: AuditHead | None) -> None:
    """A number and a hash; anything else is none."""
    assert parse_head(text) == head
