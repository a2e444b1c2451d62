"""``show --mail`` shows a mail as it looked: in a terminal, for programs, and as a page."""

import asyncio
from pathlib import Path

import pytest

from cli.terminal import ExitStatus
from client.mail.mail_as_sent import REMOVED
from database.engine import Database
from domain.mail.shown.texts import MAIL_NAMES
from domain.status import MailKind
from tests.api.portal.people.values import SCRIPT, TURNED, is_harmless, put_mail
from tests.cli.people.conftest import Verb, read_json

ADA = "ada@contoso.com"


@pytest.fixture
async def mails(tables: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ada got a reminder, whose name and subject would turn a terminal round."""
    for name, value in {
        "PUBLIC_BASE_URL": "https://mfa.contoso.com",
        "COMPANY_NAME": "Contoso",
        "SUPPORT_EMAIL": "help@contoso.com",
    }.items():
        monkeypatch.setenv(name, value)
    hostile = f"{SCRIPT} Ada\x1b[2J{TURNED} [bold]B[/bold]"
    await put_mail(tables, 1, MailKind.REMINDER, name=hostile, subject=f"Set up {hostile}")
    await put_mail(tables, 1, MailKind.INVITATION, hash="another")


@pytest.mark.wording
@pytest.mark.usefixtures("mails")
async def test_a_mail_is_shown_as_it_looked(verb: Verb) -> None:
    """Within 80 columns, indented as it was, without the person's own link and without tricks."""
    status, output = await asyncio.to_thread(verb, "show", ADA, "--mail", "1")
    assert status == 0, output
    for part in ("Reminder", "Subject: Set up", "[bold]B[/bold]", "   Authenticator app", REMOVED):
        assert part in output
    for never in ("\x1b[2J", "\u202e", "token="):
        assert never not in output
    named = [line for line in output.splitlines() if SCRIPT not in line]
    assert max(map(len, named)) <= 80


@pytest.mark.wording
async def test_the_mails_have_the_names_of_the_portal(tables: Database, verb: Verb) -> None:
    """The manager's mail is called what it is called wherever people read of it."""
    await put_mail(tables, 1, MailKind.ESCALATION)
    _, output = await asyncio.to_thread(verb, "show", ADA)
    assert MAIL_NAMES[MailKind.ESCALATION] in " ".join(output.split())
    assert MailKind.ESCALATION.value not in output


@pytest.mark.usefixtures("mails")
async def test_programs_have_what_rest_has(verb: Verb) -> None:
    """Text and state; and whether it is as it was."""
    told = read_json(await asyncio.to_thread(verb, "show", ADA, "--mail", "1", "--json"))
    assert (told["kind"], told["isExact"], REMOVED in told["text"]) == ("reminder", True, True)
    other = await asyncio.to_thread(verb, "show", ADA, "--mail", "2")
    assert "sentences and looks may differ" in other[1]


@pytest.mark.usefixtures("mails")
async def test_its_page_is_a_new_file(verb: Verb, tmp_path: Path) -> None:
    """Only its owner may read it, and nothing is replaced."""
    file = tmp_path / "mail.html"
    words = ("show", ADA, "--mail", "1", "--html", str(file))
    assert (await asyncio.to_thread(verb, *words))[0] == 0
    page = file.read_text()
    assert is_harmless(page)
    assert "cid:" not in page
    assert file.stat().st_mode & 0o077 == 0
    assert (await asyncio.to_thread(verb, *words))[0] == ExitStatus.FAILED


@pytest.mark.usefixtures("mails")
@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((ADA, "--mail", "9"), ExitStatus.USAGE),
        (("nora", "--mail", "1"), ExitStatus.USAGE),
        (("lovelaze", "--mail", "1"), ExitStatus.FAILED),
        ((ADA, "--mail", "1", "--history"), ExitStatus.USAGE),
        ((ADA, "--html", "mail.html"), ExitStatus.USAGE),
    ],
)
async def test_what_cannot_be_shown_is_said(
    verb: Verb, words: tuple[str, ...], status: ExitStatus
) -> None:
    """A number too many, nobody, and options that don't go together."""
    assert (await asyncio.to_thread(verb, "show", *words))[0] == status
