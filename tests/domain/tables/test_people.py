"""People counted by where they stand, and by how they ended."""

from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.people import OTHER_ENDS, OtherEnd, PeopleCount


def test_everybody_is_on_the_way_or_ended_in_one_way() -> None:
    """Who ended as Active is Active; who ended otherwise counts for no status."""
    counted = PeopleCount(
        by_status={InviteStatus.SENT: 9, InviteStatus.ACTIVE: 4},
        running={InviteStatus.SENT: 2, InviteStatus.ACTIVE: 1},
        by_end={
            EnrolmentEnd.ACTIVE: 3,
            EnrolmentEnd.CANCELLED: 1,
            EnrolmentEnd.FAILED: 2,
            EnrolmentEnd.GONE: 2,
            EnrolmentEnd.DISABLED: 1,
        },
    )
    assert counted.on_the_way == {
        InviteStatus.PENDING: 0,
        InviteStatus.SENT: 2,
        InviteStatus.CLICKED: 0,
        InviteStatus.ADDED_TO_GROUP: 0,
        InviteStatus.ACTIVE: 4,
    }
    assert counted.other_ends == {OtherEnd.CANCELLED: 1, OtherEnd.FAILED: 2, OtherEnd.OTHERWISE: 3}
    assert counted.total == 13


def test_each_end_but_active_has_one_name() -> None:
    """An end that nobody counts can't be added."""
    ends = [end for some in OTHER_ENDS.values() for end in some]
    assert sorted(ends) == sorted(set(EnrolmentEnd) - {EnrolmentEnd.ACTIVE})
