"""One mail, looked at before anybody else sees it, from the command line."""

from pathlib import Path

import pytest

from domain.enrolment.status import MailKind
from tests.support.command_line import run_alone

WORDS = {
    "PUBLIC_BASE_URL": "https://mfa.contoso.example",
    "COMPANY_NAME": "Contoso [bold]",
    "SUPPORT_EMAIL": "help@contoso.example",
}
SAYS = {
    MailKind.FOLLOW_UP: "Sie haben begonnen, bitte schließen Sie ab",
    MailKind.ESCALATION: "Ihre Mithilfe als Führungskraft ist nötig",
}


@pytest.mark.wording
@pytest.mark.parametrize("kind", SAYS)
async def test_a_mail_is_written_in_html_and_text(tmp_path: Path, kind: MailKind) -> None:
    """Both forms lie in the folder asked for, with sample names, in the language asked for."""
    status, output = await run_alone(
        "preview",
        kind.value,
        "--language=de-CH",
        "--output=mails/now",
        folder=tmp_path,
        ENROLMENT_DEADLINE="2027-03-31",
        **WORDS,
    )
    assert status == 0, output
    assert output.startswith("Subject: ")
    html = (tmp_path / "mails/now" / f"{kind.value}.de.html").read_text(encoding="utf-8")
    text = (tmp_path / "mails/now" / f"{kind.value}.de.txt").read_text(encoding="utf-8")
    assert SAYS[kind] in html
    assert SAYS[kind].upper() in text
    for form in (html, text):
        assert "Ada Lovelace" in form
        assert "Mittwoch, 31. März 2027" in form
        assert "Contoso [bold]" in form


@pytest.mark.parametrize("verb", ["preview", "worker"])
async def test_a_wrong_placeholder_is_named_at_the_start(tmp_path: Path, verb: str) -> None:
    """The message names the setting, the placeholder and those that are allowed."""
    arguments = (verb, "reminder") if verb == "preview" else (verb,)
    status, output = await run_alone(
        *arguments, folder=tmp_path, **WORDS, REMINDER_SUBJECT="Dear {name}, about {employee}"
    )
    assert status == 2
    (line,) = [line for line in output.splitlines() if "REMINDER_SUBJECT" in line]
    assert "unknown placeholder {employee}" in line
    assert "allowed are {company}, {name}, {deadline}." in line
    assert "Traceback" not in output


async def test_an_own_subject_is_shown(tmp_path: Path) -> None:
    """A subject with the right placeholders is filled in, and square brackets stay."""
    status, output = await run_alone(
        "preview",
        "escalation",
        folder=tmp_path,
        **WORDS,
        ESCALATION_SUBJECT="{name}: {employee} at {company}",
    )
    assert status == 0
    assert "Subject: Grace Hopper: Ada Lovelace at Contoso [bold]" in output


WRONG = {
    "kind": (("remind",), 2, "Invalid value for 'kind'"),
    "language": (("reminder", "--language=it"), 2, "choose one of en, de, fr"),
    "address": (("reminder", "--to=me"), 2, "--to me is no mail address"),
    "folder": (("reminder", "--output=/proc/nowhere"), 1, "/proc/nowhere can't be written to"),
    "settings": (("reminder", "--to=me@contoso.example"), 2, "TENANT_ID is missing"),
}


def _content(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize("thing", WRONG)
async def test_what_is_wrong_is_named(tmp_path: Path, thing: str) -> None:
    """A kind or language that isn't there, no address, no such folder, no tenant: one message."""
    arguments, expected, says = WRONG[thing]
    status, output = await run_alone("preview", *arguments, folder=tmp_path, **WORDS)
    assert status == expected
    assert says in output
    assert "Traceback" not in output
    assert _content(tmp_path) == []


BAD = {
    "MAIL_REDIRECT_TO": ("all of us", "is not a mail address"),
    "SUPPORT_EMAIL": ("the service desk", "is not a mail address"),
    "LOGO_URL": ("http://contoso.example/logo.png", "must begin with https://"),
    "MFA_SETUP_URL": ("javascript:alert(1)", "is not a URL that begins with https://"),
}


async def test_what_would_spoil_every_mail_is_refused_at_the_start(tmp_path: Path) -> None:
    """Addresses and links are checked before the first mail, and not repeated in the message."""
    values = {name: value for name, (value, _) in BAD.items()}
    status, output = await run_alone("worker", folder=tmp_path, **{**WORDS, **values})
    assert status == 2
    for name, (value, says) in BAD.items():
        (line,) = [line for line in output.splitlines() if f"{name} " in line]
        assert says in line
        assert value not in output
