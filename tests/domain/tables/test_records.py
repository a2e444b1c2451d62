"""Records: what isn't said is empty, and what they tell of themselves."""

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import timedelta
from types import ModuleType
from typing import get_type_hints

import pytest

from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus
from domain.tables import audit, enrolment, imports, mail, people, rollout, story
from domain.tables.audit import AuditCheck, AuditHead
from domain.tables.mail import MailLimits
from domain.tables.people import LinkOwner, PeopleCount

MODULES = (audit, enrolment, imports, mail, people, rollout, story)
# Of the fields that have a default, those where it isn't "nothing".
NOT_EMPTY = {
    "ImportRecord.state": imports.ImportState.RUNNING,
    "NewMail.origin": mail.MailOrigin.SCHEDULE,
    "LinkOwner.is_certain": True,
}


def records_of(module: ModuleType) -> list[type]:
    """Return the records that a module defines, but for the limits, which are numbers."""
    found = [one for one in vars(module).values() if isinstance(one, type) and is_dataclass(one)]
    return [one for one in found if one.__module__ == module.__name__ and one is not MailLimits]


RECORDS = [record for module in MODULES for record in records_of(module)]


def default_of(one: Field[object]) -> object:
    """Return what a field is without being said; ``MISSING`` where it must be said."""
    return one.default if one.default_factory is MISSING else one.default_factory()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_what_is_not_said_is_empty(record: type) -> None:
    """A value that may be None is None by default; flags are off, counts 0, collections empty."""
    types = get_type_hints(record)
    defaults = {one.name: default_of(one) for one in fields(record)}
    for name, default in defaults.items():
        if default is MISSING:
            continue
        expected = NOT_EMPTY.get(f"{record.__name__}.{name}")
        if expected is not None:
            assert default is expected, name
        elif type(None) in getattr(types[name], "__args__", ()):
            assert default is None, name
        else:
            assert default is not None, name
            assert not default, name


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
