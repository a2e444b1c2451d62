"""Mails, looked at before anybody else sees them, from the command line."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from domain.mail.languages import LANGUAGES
from templates.catalogue import sentence
from tests.support.deadline import DEADLINE, IN_GERMAN

WORDS = {
    "PUBLIC_BASE_URL": "https://mfa.contoso.example",
    "COMPANY_NAME": "Contoso [bold]",
    "SUPPORT_EMAIL": "help@contoso.example",
}
FORMS = ("html", "txt")
Verb = Callable[..., tuple[int, str]]


@pytest.fixture
def verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give the verbs, which run in an empty folder with these settings alone."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, **settings: str) -> tuple[int, str]:
        environment = {**WORDS, "COLUMNS": "80", "TERM": "dumb", **settings}
        result = CliRunner().invoke(app, list(words), env=environment, prog_name="mfa-rollout")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


@pytest.mark.parametrize("kind", ["follow-up", "escalation"])
def test_a_mail_is_written_in_html_and_text(verb: Verb, tmp_path: Path, kind: str) -> None:
    """Both forms lie in the folder asked for, with sample names, in the language asked for."""
    status, output = verb(
        "preview",
        kind,
        "--language=de-CH",
        "--output=mails/now",
        ENROLMENT_DEADLINE=DEADLINE.isoformat(),
    )
    assert status == 0, output
    assert output.startswith("Subject: ")
    html = (tmp_path / "mails/now" / f"{kind}.de.html").read_text(encoding="utf-8")
    text = (tmp_path / "mails/now" / f"{kind}.de.txt").read_text(encoding="utf-8")
    heading = sentence("de", kind, "heading")
    assert heading in html
    assert heading.upper() in text
    for form in (html, text):
        assert "Ada Lovelace" in form
        assert IN_GERMAN in form
        assert "Contoso [bold]" in form


def test_a_browser_shows_the_images(verb: Verb, tmp_path: Path) -> None:
    """What a mail brings along is in the file, since a browser knows no `cid:`."""
    assert verb("preview", "invitation")[0] == 0
    html = (tmp_path / "invitation.en.html").read_text(encoding="utf-8")
    assert len(re.findall(r'src="data:image/png;base64,', html)) == 2
    assert "cid:" not in html


def test_every_mail_in_every_language(verb: Verb, tmp_path: Path) -> None:
    """`all` writes each kind, and the reminders that say something else."""
    status, output = verb("preview", "all", "--language=all", "--output=mails", ESCALATE_AFTER="3")
    assert status == 0, output
    kinds = ["invitation", "escalation"]
    kinds += [
        f"{kind}{one}" for kind in ("reminder", "follow-up") for one in ("", "-2", "-3", "-8")
    ]
    expected = {f"{kind}.{one}.{form}" for kind in kinds for one in LANGUAGES for form in FORMS}
    assert {path.name for path in (tmp_path / "mails").iterdir()} == expected


def test_a_reminder_knows_its_place(verb: Verb, tmp_path: Path) -> None:
    """By the numbers that are set, one is the last before the manager, and one the last of all."""
    for number, key in ((1, "count"), (2, "count_before_manager"), (4, "count_last")):
        verb("preview", "reminder", f"--number={number}", MAX_REMINDERS="4")
        name = f"reminder{f'-{number}' if number > 1 else ''}.en.txt"
        said = " ".join((tmp_path / name).read_text(encoding="utf-8").split())
        beginning = sentence("en", "common", key).format(number=number, team="IT support")
        assert beginning in said


@pytest.mark.parametrize("words", [("preview", "reminder"), ("worker",)])
def test_a_wrong_placeholder_is_named_at_the_start(verb: Verb, words: tuple[str, ...]) -> None:
    """The message names the setting, the placeholder and those that are allowed."""
    status, output = verb(*words, REMINDER_SUBJECT="Dear {name}, about {employee}")
    assert status == 2
    (line,) = [line for line in output.splitlines() if "REMINDER_SUBJECT" in line]
    assert "unknown placeholder {employee}" in line
    assert "allowed are {company}, {name}, {deadline}." in line


def test_an_own_subject_is_shown(verb: Verb) -> None:
    """A subject with the right placeholders is filled in, and square brackets stay."""
    own = {"ESCALATION_SUBJECT": "{name}: {employee} at {company}; de: Bitte helfen"}
    assert (
        "Subject: Grace Hopper: Ada Lovelace at Contoso [bold]"
        in verb("preview", "escalation", **own)[1]
    )
    assert "Subject: Bitte helfen\n" in verb("preview", "escalation", "--language=de", **own)[1]


WRONG = {
    "kind": (("remind",), 2, "Invalid value for 'kind'"),
    "language": (("reminder", "--language=ja"), 2, "choose one of en, de, fr, es"),
    "number": (("reminder", "--number=0"), 2, "Invalid value for '--number'"),
    "address": (("reminder", "--to=me"), 2, "--to me is no mail address"),
    "all": (("all", "--to=me@contoso.example"), 2, "Only one mail can be sent"),
    "folder": (("reminder", "--output=/proc/nowhere"), 1, "/proc/nowhere can't be written to"),
    "settings": (("reminder", "--to=me@contoso.example"), 2, "TENANT_ID is missing"),
}


@pytest.mark.parametrize("thing", WRONG)
def test_what_is_wrong_is_named(verb: Verb, tmp_path: Path, thing: str) -> None:
    """A kind or language that isn't there, no address, no such folder, no tenant: one message."""
    arguments, expected, says = WRONG[thing]
    status, output = verb("preview", *arguments)
    assert status == expected
    assert says in output
    assert list(tmp_path.iterdir()) == []


BAD = {
    "MAIL_REDIRECT_TO": ("all of us", "is not a mail address"),
    "SUPPORT_EMAIL": ("the service desk", "is not a mail address"),
    "LOGO_FILE": ("/dev/null", "is not a PNG, JPEG or GIF image"),
    "MFA_SETUP_URL": ("javascript:alert(1)", "is not a URL that begins with https://"),
}


def test_what_would_spoil_every_mail_is_refused_at_the_start(verb: Verb) -> None:
    """Addresses and links are checked before the first mail, and not repeated in the message."""
    values = {name: value for name, (value, _) in BAD.items()}
    status, output = verb("worker", **values)
    assert status == 2
    for name, (value, says) in BAD.items():
        (line,) = [line for line in output.splitlines() if f"{name} " in line]
        assert says in line
        assert value not in output
