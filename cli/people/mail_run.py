"""Shows a mail as it looked to the person who got it, without the person's own link."""

from pathlib import Path

from cli.database import open_database
from cli.find_person import not_enrolled, only_one, people_called
from cli.output.new_file import new_file
from cli.output.tables import clock, said
from cli.terminal import ExitStatus, err, fail, out, print_json
from client.mail.mail_as_sent import MailAsSent, MailLook, mail_as_sent, mail_as_sent_json
from database.enrolments.person import read_person
from domain.mail.shown.names import mail_name
from domain.mail.shown.web_page import web_page
from domain.standing.sentences import mail_outcome
from domain.standing.texts import MAIL_STATES
from settings import MailTextSettings, load_settings

_NOT_WRITTEN = "This mail has not been written yet, or what it said has been deleted."
_OTHER_TEMPLATES = (
    "It was made from other templates than today's, and is shown with today's: name, dates and "
    "subject are those of the mail, but sentences and looks may differ."
)


async def show_mail(who: str, number: int, *, html: Path | None, as_json: bool) -> None:
    """Print what a mail said, and write its page into a new file where one is named.

    Leaves with 2 where the person has no such mail.

    Raises:
        DatabaseError: the tables can't be read.
        SettingsError: settings are wrong.
    """
    settings = load_settings(MailTextSettings)
    look = MailLook(
        branding=settings.branding,
        public_base_url=settings.public_base_url,
        setup_url=settings.mfa_setup_url,
        time_zone=settings.time_zone,
    )
    async with open_database() as database:
        person = only_one(who, await people_called(database, who))
        if person is None:
            fail(not_enrolled(who))
        async with database.reading() as connection:
            page = await read_person(connection, person.object_id)
            mails = page.mails if page is not None else []
            mail = await mail_as_sent(connection, mails, number, look)
    if mail is None:
        last = f"the last is number {len(mails)}" if mails else "none was prepared yet"
        fail(f"{who} has no mail number {number}: {last}.", ExitStatus.USAGE)
    if html is not None:
        if mail.rendered is None:
            fail(_NOT_WRITTEN)
        with new_file(html) as file:
            file.write(web_page(mail.rendered).encode())
        err.print(f"Written: {said(html)}", soft_wrap=True)
    if as_json:
        print_json(mail_as_sent_json(mail))
    else:
        _print(mail)


def _print(mail: MailAsSent) -> None:
    row = mail.row
    state = MAIL_STATES[row.state] + (f", on {clock(row.sending_at)}" if row.sending_at else "")
    for name, value in (
        ("Mail", mail_name(row.kind)),
        ("Subject", mail.subject or "not known"),
        ("From", row.sender),
        ("State", state),
        ("Outcome", mail_outcome(row.outcome)),
    ):
        if value:
            out.print(f"{name + ':':<9}{said(value)}", soft_wrap=True)
    if mail.rendered is None:
        out.print(f"\n{_NOT_WRITTEN}", soft_wrap=True)
        return
    if not mail.is_exact:
        out.print(_OTHER_TEMPLATES, soft_wrap=True)
    out.print()
    for line in mail.rendered.text.splitlines():
        indent = line[: len(line) - len(line.lstrip(" "))]
        out.print(indent + said(line), soft_wrap=True)
