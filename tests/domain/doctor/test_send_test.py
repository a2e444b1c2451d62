"""What a test of sending shows, as lines, as a record and as traits of the simulated tenant."""

from dataclasses import replace

import pytest

from domain.doctor.checks import Check, Fault, Finding, Good
from domain.doctor.send_test import ReportSeen, SendTest, SentTest, judge_send_test
from domain.mail.returned.status_codes import BounceClass

QUICK = SentTest(left_after=0.52, found_after=1.26, id_kept=True)
SLOW = SentTest(left_after=4.2, found_after=9.9, id_kept=False)
LOST = SentTest(left_after=None, found_after=None, id_kept=None)
REPORT = ReportSeen(
    arrived_after=61.24,
    message_class="REPORT.IPM.Note.NDR",
    code="5.1.10",
    bounce_class=BounceClass.ADDRESS,
    names_key=True,
    headers=("In-Reply-To",),
)
TEST = SendTest(to_admin=QUICK, to_nobody=QUICK, report=REPORT, waited=600.04)


def line(what: Good | Fault, about: str, **facts: str) -> Finding:
    """Return a line of the test."""
    return Finding(check=Check.SEND_TEST, what=what, about=about, facts=facts)


def test_all_is_as_it_should_be() -> None:
    """Each mail has left, with its id, and is saved; the report names our key."""
    to_you, to_nobody = [
        [
            line(Good.TEST_LEFT, about, seconds="1"),
            line(Good.TEST_ID_KEPT, about),
            line(Good.TEST_SAVED, about, seconds="1"),
        ]
        for about in ("to you", "to nobody")
    ]
    told = {"seconds": "61", "code": "5.1.10", "message_class": "REPORT.IPM.Note.NDR"}
    assert judge_send_test(TEST) == [
        *to_you,
        *to_nobody,
        line(Good.TEST_REPORTED, "report", **told),
    ]


def test_a_mail_that_stays_in_drafts() -> None:
    """It is the only line of that mail, with how long it was waited."""
    lines = judge_send_test(replace(TEST, to_admin=LOST))
    assert lines[0] == line(Fault.TEST_STAYS_DRAFT, "to you", seconds="600")
    assert lines[1].about == "to nobody"


def test_a_mail_of_another_id_that_is_not_saved() -> None:
    """Both are told, and neither is a fault."""
    mail = replace(SLOW, found_after=None)
    lines = judge_send_test(replace(TEST, to_nobody=mail))[3:6]
    assert lines == [
        line(Good.TEST_LEFT, "to nobody", seconds="4"),
        line(Good.TEST_ID_CHANGED, "to nobody"),
        line(Good.TEST_NOT_SAVED, "to nobody"),
    ]
    unseen = replace(QUICK, id_kept=None)
    assert len(judge_send_test(replace(TEST, to_admin=unseen))) == 6


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"names_key": False}, Good.TEST_REPORTED_WITHOUT_KEY),
        ({"bounce_class": BounceClass.SENDER_BLOCKED}, Fault.TEST_REFUSED),
    ],
)
def test_reports(changes: dict[str, object], what: object) -> None:
    """One that doesn't name our key, and one that says that the sender may not send."""
    report = replace(REPORT, code="", message_class="", **changes)  # type: ignore[arg-type]
    last = judge_send_test(replace(TEST, report=report))[-1]
    assert (last.what, last.about) == (what, "report")
    assert last.facts == {"seconds": "61", "code": "none", "message_class": "none"}


def test_no_report() -> None:
    """Without a report a wrong address looks like a right one: that is a fault."""
    last = judge_send_test(replace(TEST, report=None))[-1]
    assert last == line(Fault.TEST_NOT_REPORTED, "report", minutes="10")


def test_the_record_names_nobody() -> None:
    """Times to a tenth, the report's class, code and header names, and the traits."""
    mail = {"secondsInDrafts": 0.5, "foundInSentItemsAfterSeconds": 1.3, "idKept": True}
    assert TEST.as_json() == {
        "toAdmin": mail,
        "toMadeUpAddress": mail,
        "report": {
            "arrivedAfterSeconds": 61.2,
            "messageClass": "REPORT.IPM.Note.NDR",
            "code": "5.1.10",
            "bounceClass": "address",
            "namesKey": True,
            "headers": ["In-Reply-To"],
        },
        "waitedSeconds": 600.0,
        "traits": [],
    }
    lost = replace(TEST, to_admin=LOST, report=None).as_json()
    nothing = {"secondsInDrafts": None, "foundInSentItemsAfterSeconds": None, "idKept": None}
    assert (lost["toAdmin"], lost["report"]) == (nothing, None)


@pytest.mark.parametrize(
    ("mail", "traits"),
    [
        (SLOW, ["newid", "staysdraft=4", "searchlag=6"]),
        (replace(QUICK, left_after=1.0, found_after=2.0), []),
        (replace(QUICK, left_after=1.1), ["staysdraft=1"]),
        (replace(QUICK, left_after=None, found_after=2.0), ["searchlag=1"]),
        (replace(QUICK, found_after=None), ["nosave"]),
        (replace(QUICK, id_kept=None), []),
    ],
)
def test_traits(mail: SentTest, traits: list[str]) -> None:
    """What takes more than a second is a trait of the tenant."""
    assert replace(TEST, to_nobody=mail).traits() == traits


def test_the_record_names_nobody_and_rounds() -> None:
    """It is what an admin can hand on: seconds, classes, codes, and the traits that do the same."""
    record = replace(TEST, to_nobody=SLOW)
    assert record.as_json() == {
        "toAdmin": {
            "secondsInDrafts": 0.5,
            "foundInSentItemsAfterSeconds": 1.3,
            "idKept": True,
        },
        "toMadeUpAddress": {
            "secondsInDrafts": 4.2,
            "foundInSentItemsAfterSeconds": 9.9,
            "idKept": False,
        },
        "report": {
            "arrivedAfterSeconds": 61.2,
            "messageClass": "REPORT.IPM.Note.NDR",
            "code": "5.1.10",
            "bounceClass": BounceClass.ADDRESS.value,
            "namesKey": True,
            "headers": ["In-Reply-To"],
        },
        "waitedSeconds": 600.0,
        "traits": ["newid", "staysdraft=4", "searchlag=6"],
    }
    lost = replace(TEST, to_admin=LOST, report=None).as_json()
    assert lost["report"] is None
    assert lost["toAdmin"] == {
        "secondsInDrafts": None,
        "foundInSentItemsAfterSeconds": None,
        "idKept": None,
    }


@pytest.mark.parametrize(
    ("mail", "traits"),
    [
        (QUICK, []),
        (replace(QUICK, left_after=1.0, found_after=2.0), []),
        (replace(QUICK, left_after=2.0, found_after=2.0), ["staysdraft=2"]),
        (replace(QUICK, found_after=None), ["nosave"]),
        (replace(QUICK, left_after=0.5, found_after=3.5), ["searchlag=3"]),
        (LOST, ["nosave"]),
    ],
)
def test_traits_that_do_the_same(mail: SentTest, traits: list[str]) -> None:
    """What takes a second or less isn't told from what is quick at once."""
    assert replace(TEST, to_admin=mail, to_nobody=mail).traits() == traits


def test_without_a_report_the_minutes_are_told() -> None:
    """A report that hasn't come is a fault, with for how long it was waited."""
    last = judge_send_test(replace(TEST, report=None, waited=90.0))[-1]
    assert last == line(Fault.TEST_NOT_REPORTED, "report", minutes="2")
