"""What a test of sending showed, as lines, and as a record that names nobody."""

from dataclasses import dataclass

from domain.doctor.checks import Check, Fault, Finding, Good, found
from domain.mail.returned.status_codes import BounceClass
from domain.tables.values import Json

# What is quicker than this is not told from a tenant that is quick at once.
_AT_ONCE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTest:
    """What became of one mail; times are seconds after the request that sent it.

    ``left_after`` is None if it never left Drafts, ``found_after`` if it was never found in Sent
    Items by our key. ``id_kept`` is None where neither was seen.
    """

    left_after: float | None
    found_after: float | None
    id_kept: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSeen:
    """The delivery report on the mail to a made-up address; ``headers`` are the headers' names."""

    arrived_after: float
    message_class: str
    code: str
    bounce_class: BounceClass
    names_key: bool
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTest:
    """Both mails, and the report on the second one; ``waited`` is for how long it was waited."""

    to_admin: SentTest
    to_nobody: SentTest
    report: ReportSeen | None
    waited: float

    def as_json(self) -> dict[str, Json]:
        """Return the record: no address, no id, no text of a mail."""
        report = self.report
        return {
            "toAdmin": _mail_json(self.to_admin),
            "toMadeUpAddress": _mail_json(self.to_nobody),
            "report": report
            and {
                "arrivedAfterSeconds": round(report.arrived_after, 1),
                "messageClass": report.message_class,
                "code": report.code,
                "bounceClass": report.bounce_class.value,
                "namesKey": report.names_key,
                "headers": list(report.headers),
            },
            "waitedSeconds": round(self.waited, 1),
            "traits": self.traits(),
        }

    def traits(self) -> list[str]:
        """Return the traits by which the simulated tenant does the same."""
        mails = (self.to_admin, self.to_nobody)
        left = max((one.left_after or 0.0 for one in mails), default=0.0)
        found_after = [one.found_after for one in mails]
        traits = ["newid"] if any(one.id_kept is False for one in mails) else []
        if left > _AT_ONCE:
            traits.append(f"staysdraft={left:.0f}")
        if None in found_after:
            traits.append("nosave")
        elif (lag := max(one or 0.0 for one in found_after) - left) > _AT_ONCE:
            traits.append(f"searchlag={lag:.0f}")
        return traits


def judge_send_test(record: SendTest) -> list[Finding]:
    """Return the lines of a test of sending."""
    lines = []
    for about, mail in (("to you", record.to_admin), ("to nobody", record.to_nobody)):
        lines += _judge_mail(about, mail, record.waited)
    check, report = Check.SEND_TEST, record.report
    if report is None:
        minutes = f"{record.waited / 60:.0f}"
        return [*lines, found(check, Fault.TEST_NOT_REPORTED, "report", minutes=minutes)]
    told = {
        "seconds": f"{report.arrived_after:.0f}",
        "code": report.code or "none",
        "message_class": report.message_class or "none",
    }
    if report.bounce_class is not BounceClass.ADDRESS:
        return [*lines, found(check, Fault.TEST_REFUSED, "report", **told)]
    names = Good.TEST_REPORTED if report.names_key else Good.TEST_REPORTED_WITHOUT_KEY
    return [*lines, found(check, names, "report", **told)]


def _judge_mail(about: str, mail: SentTest, waited: float) -> list[Finding]:
    check = Check.SEND_TEST
    if mail.left_after is None:
        return [found(check, Fault.TEST_STAYS_DRAFT, about, seconds=f"{waited:.0f}")]
    kept = Good.TEST_ID_CHANGED if mail.id_kept is False else Good.TEST_ID_KEPT
    left = f"{mail.left_after:.0f}"
    lines = [found(check, Good.TEST_LEFT, about, seconds=left)]
    if mail.id_kept is not None:
        lines.append(found(check, kept, about))
    if mail.found_after is None:
        return [*lines, found(check, Good.TEST_NOT_SAVED, about)]
    return [*lines, found(check, Good.TEST_SAVED, about, seconds=f"{mail.found_after:.0f}")]


def _mail_json(mail: SentTest) -> dict[str, Json]:
    def rounded(seconds: float | None) -> float | None:
        return None if seconds is None else round(seconds, 1)

    return {
        "secondsInDrafts": rounded(mail.left_after),
        "foundInSentItemsAfterSeconds": rounded(mail.found_after),
        "idKept": mail.id_kept,
    }
