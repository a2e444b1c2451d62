"""`mfa-rollout doctor --send-test`: two mails, and what becomes of them."""

import json
from datetime import timedelta

from client.doctor.send_test import SendingTest
from domain.doctor.checks import Check, Fault, Good
from domain.doctor.send_test import ReportSeen, SendTest, SentTest, judge_send_test
from domain.mail.returned.status_codes import BounceClass
from graph.delivery_reports import HANDLED
from graph.sign_in.open_graph import open_graph
from settings import WorkerSettings, settings_from
from simulated_tenant import population
from simulated_tenant.exchange.message import Message
from tests.cli.doctor import breaking_tenant
from tests.cli.doctor.rollout import Rollout

ADMIN = f"admin@{population.DOMAIN}"
# However busy the machine is.
TEN_MINUTES = timedelta(minutes=10)
LEFT = SentTest(left_after=0.2, found_after=0.4, id_kept=True)
REPORT = ReportSeen(
    arrived_after=9.0,
    message_class="REPORT.IPM.Note.NDR",
    code="5.1.10",
    bounce_class=BounceClass.ADDRESS,
    names_key=True,
    headers=("content-type",),
)


def _received(rollout: Rollout) -> tuple[list[Message], list[Message]]:
    """Return what came to the admin and to the sender, also from other tests, oldest first."""
    return rollout.tenant.mailbox(ADMIN), rollout.tenant.mailbox(population.SENDER)


async def test_both_mails_and_the_report_are_watched(rollout: Rollout) -> None:
    """The lines say what was seen; the record has it without an address; nothing is left behind."""
    file = rollout.folder / "record.json"
    received, returned = _received(rollout)
    status, printed = await rollout.doctor(
        "--json", f"--send-test={ADMIN}", "--wait=10", f"--record={file}"
    )

    lines = [one for one in json.loads(printed)["lines"] if one["check"] == Check.SEND_TEST]
    assert status == 0, lines
    codes = [line["code"] for line in lines]
    assert codes.count(Good.TEST_LEFT) == codes.count(Good.TEST_ID_KEPT) == 2
    assert codes.count(Good.TEST_SAVED) == 2
    assert codes.count(Good.TEST_REPORTED) == 1
    record = json.loads(file.read_text())
    assert record["report"]["code"] == "5.1.10"
    assert record["report"]["bounceClass"] == "address"
    assert "@" not in file.read_text()
    assert rollout.tenant.mailbox(population.SENDER, "sentitems") == []
    received_since, returned_since = _received(rollout)
    assert len(received_since) == len(received) + 1
    (report,) = returned_since[len(returned) :]
    assert report.categories == [HANDLED]


async def test_an_unkind_tenant_is_recorded_as_its_traits(rollout: Rollout) -> None:
    """Ids that change, mails that stay in Drafts, and no Sent Items are in the record as traits."""
    traits = rollout.tenant.traits
    settings = settings_from(WorkerSettings, rollout.settings)
    tick = timedelta(milliseconds=50)
    traits.switch("staysdraft", "2")
    traits.switch("nosave")
    try:
        async with open_graph(settings.connection) as graph:
            test = SendingTest(graph, population.SENDER, look_every=tick, saved_within=tick)
            record = await test.run(ADMIN, within=TEN_MINUTES)
    finally:
        traits.switch_all_off()
    assert record.report is not None
    left, nosave = record.traits()
    assert left.startswith("staysdraft=")
    assert nosave == "nosave"


async def test_a_mail_that_may_not_be_sent_is_told(rollout: Rollout) -> None:
    """The line has the reason, beside the mailbox's own line."""
    async with breaking_tenant.mailbox_scopes("Mail.ReadWrite")(rollout):
        status, printed = await rollout.doctor("--json", f"--send-test={ADMIN}", "--wait=0")
    wrong = [
        (line["check"], line["code"])
        for line in json.loads(printed)["lines"]
        if line["verdict"] == "needs_fixing"
    ]
    assert wrong == [
        (Check.SENDER, Fault.MAILBOX_CANNOT_SEND),
        (Check.SEND_TEST, Fault.TEST_NOT_SENT),
    ]
    assert status == 1


def test_what_needs_fixing_about_sending() -> None:
    """A mail that never leaves, a report that never comes, and one that says another reason."""
    stays = SentTest(left_after=None, found_after=None, id_kept=None)
    spam = ReportSeen(
        arrived_after=9.0,
        message_class="",
        code="5.7.501",
        bounce_class=BounceClass.SENDER_BLOCKED,
        names_key=True,
        headers=(),
    )
    cases = {
        Fault.TEST_STAYS_DRAFT: SendTest(to_admin=stays, to_nobody=LEFT, report=REPORT, waited=600),
        Fault.TEST_NOT_REPORTED: SendTest(to_admin=LEFT, to_nobody=LEFT, report=None, waited=600),
        Fault.TEST_REFUSED: SendTest(to_admin=LEFT, to_nobody=LEFT, report=spam, waited=600),
    }
    for fault, record in cases.items():
        faults = [line.what for line in judge_send_test(record) if isinstance(line.what, Fault)]
        assert faults == [fault]


def test_a_quick_tenant_has_no_traits() -> None:
    """What is seen within a second is what the simulated tenant does by itself; an id tells."""
    kind = SendTest(to_admin=LEFT, to_nobody=LEFT, report=REPORT, waited=9)
    changed = SentTest(left_after=0.2, found_after=40.0, id_kept=False)
    unkind = SendTest(to_admin=LEFT, to_nobody=changed, report=REPORT, waited=60)
    assert kind.traits() == []
    assert unkind.traits() == ["newid", "searchlag=40"]
