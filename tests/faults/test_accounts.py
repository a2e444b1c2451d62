"""The accounts notice whatever is missing, twice, or told otherwise than it is."""

from dataclasses import replace
from typing import Any

import pytest

from domain.status import InviteStatus
from domain.tables.mail import MailState
from domain.tables.story import StoryKind
from tests.faults.accounts import Seen, discrepancies
from tests.faults.people import SomePerson

ADA = SomePerson(
    alias="ada",
    clicks=True,
    registers=True,
    opens=False,
    waits=0,
    object_id="11111111-2222-3333-4444-555555555555",
    click_acknowledged=True,
    registered=True,
)
STORY = {
    (ADA.object_id, kind): 1
    for kind in (
        *(StoryKind.IMPORTED, StoryKind.INVITED, StoryKind.CLICKED),
        *(StoryKind.ADDED_TO_GROUP, StoryKind.REGISTERED),
    )
}
ITEM = {"Title": ADA.upn, "InviteStatus": "Active", "ClickedLinkDate": "2026-11-02T08:00:00Z"}
MAIL = {"key": "ada-1", "object_id": ADA.object_id, "state": MailState.SENT}
ALL_RIGHT = Seen(
    mails={ADA.upn: ["invitation"]},
    drafts=0,
    items=[ITEM],
    members=[ADA.object_id],
    enrolments={ADA.object_id: {"status": InviteStatus.ACTIVE}},
    mail_rows=[MAIL],
    story=STORY,
)


def test_what_is_right_has_no_discrepancy() -> None:
    """Mailbox, list, group and tables tell what the person was told."""
    assert discrepancies([ADA], ALL_RIGHT) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"mails": {ADA.upn: ["invitation", "invitation"]}}, "mails"),
        ({"mails": {ADA.upn: []}}, "mails"),
        ({"drafts": 1}, "1 drafts"),
        ({"items": []}, "0 rows on the list"),
        ({"items": [ITEM, ITEM]}, "2 rows on the list"),
        ({"items": [ITEM | {"InviteStatus": "Clicked"}]}, "the list says Clicked"),
        ({"items": [ITEM | {"ClickedLinkDate": None}]}, "the list has the click None"),
        ({"items": [ITEM | {"ErrorDetails": "No."}]}, "the list complains: No."),
        ({"members": []}, "0 times in the group"),
        ({"members": [ADA.object_id, "somebody else"]}, "1 members who are nobody's"),
        ({"enrolments": {}}, "our table says None"),
        ({"mail_rows": [MAIL | {"state": MailState.SENDING}]}, "ada-1 is sending"),
        ({"mail_rows": [MAIL, MAIL]}, "2 mails in our table"),
        ({"story": STORY | {(ADA.object_id, StoryKind.CLICKED): 2}}, "2 x clicked"),
        ({"story": STORY | {(ADA.object_id, StoryKind.CLICKED): 0}}, "0 x clicked"),
    ],
)
def test_whatever_is_wrong_is_told(change: dict[str, Any], told: str) -> None:
    """One thing is otherwise, and one sentence says so."""
    [wrong] = discrepancies([ADA], replace(ALL_RIGHT, **change))
    assert told in wrong


def test_a_mail_that_was_withdrawn_is_none() -> None:
    """A mail that a sender wasn't allowed to send is withdrawn, and sent under another key."""
    withdrawn = MAIL | {"key": "ada-0", "state": MailState.WITHDRAWN}
    assert discrepancies([ADA], replace(ALL_RIGHT, mail_rows=[withdrawn, MAIL])) == []
    [wrong] = discrepancies([ADA], replace(ALL_RIGHT, mail_rows=[withdrawn]))
    assert wrong == "ada: 0 mails in our table"


def test_a_page_without_words_is_told() -> None:
    """Whoever presses the button has to learn what came of it."""
    person = replace(ADA, wordless=["500"])
    assert discrepancies([person], ALL_RIGHT) == ["ada: a click was answered with 500"]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [([], 0), ([MAIL], 0), ([MAIL | {"state": MailState.DRAFTED}], 0), ([MAIL, MAIL], 1)],
)
def test_a_restored_log_of_mails_may_lack_some(rows: list[dict[str, Any]], wrong: int) -> None:
    """After an old backup a mail has no row, or an unfinished one, and never two."""
    seen = replace(ALL_RIGHT, mail_rows=rows)
    assert len(discrepancies([ADA], seen, lost_mail_rows={ADA.object_id})) == wrong


@pytest.mark.parametrize(
    ("clicked", "registered", "status"),
    [(True, True, "Active"), (True, False, "AddedToGroup"), (False, False, "Sent")],
)
def test_an_acknowledged_hit_decides_the_status(
    clicked: bool, registered: bool, status: str
) -> None:
    """The list has to say what the person did, as far as they were told that it counts."""
    person = replace(ADA, click_acknowledged=clicked, registered=registered)
    found = discrepancies([person], replace(ALL_RIGHT, items=[ITEM | {"InviteStatus": "?"}]))
    assert f"ada: the list says ?, not {status}" in found
