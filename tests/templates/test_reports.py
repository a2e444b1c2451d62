"""The report to admins, in every language."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from domain.demo_calendar import DemoCalendar
from domain.mail.languages import LANGUAGES
from domain.reports.figures import Figure, Figures
from domain.reports.records import ReportContent, Situation, WaitingPerson
from domain.tables.attention import AttentionKind
from domain.tables.audit import AuditHead
from domain.tables.rollout import MailControl
from templates.catalogue import catalogue
from templates.plots.plot import Rule
from templates.report_plot import report_plot
from templates.reports import ReportRenderer
from tests.templates.samples import BRANDING

NOW = datetime(2026, 11, 27, 7, 5, tzinfo=UTC)
HEAD = AuditHead(number=7, hash="ab" * 32)
EVIL = "Ada <b>\u202eL</b>"
RENDERER = ReportRenderer(BRANDING)
CONTENT = ReportContent(
    figures=Figures(
        people=dict.fromkeys(Figure, 1200) | {Figure.ACTIVE: 600},
        attention={AttentionKind.BOUNCED: 3},
    ),
    before=Figures(
        people=dict.fromkeys(Figure, 1200) | {Figure.ACTIVE: 550, Figure.SENT: 1210},
        attention={AttentionKind.STUCK: 2},
    ),
    before_at=NOW - timedelta(days=1),
    situation=Situation(
        control=MailControl(mail_stopped=True, since=NOW, actor="Grace", reason="phishing"),
        blocked=("mfa@contoso.example",),
        waiting=(WaitingPerson(kind=AttentionKind.BOUNCED, name=EVIL, since=NOW),),
        head=HEAD,
    ),
    at=NOW,
    language="en",
    time_zone="Europe/Zurich",
    deadline=date(2026, 12, 1),
    portal_url="https://mfa.contoso.example/portal",
)
QUIET = replace(
    CONTENT,
    figures=Figures(people=dict.fromkeys(Figure, 0)),
    before=None,
    before_at=None,
    deadline=None,
    situation=Situation(control=None, blocked=(), waiting=(), head=HEAD),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_says_everything_in_each_language(language: str) -> None:
    """HTML and text hold figures, changes, the head, and nobody's markup; it has no pixel."""
    mail = RENDERER.render(replace(CONTENT, language=language))
    said = catalogue(language)
    for figure in Figure:
        assert str(said["report_figures"][figure.value]) in mail.html
    for kind in (AttentionKind.BOUNCED, AttentionKind.STUCK):
        assert str(said["report_attention"][kind.value]) in mail.text
    for text in (mail.html, mail.text):
        assert f"7:{HEAD.hash}" in text
        assert "phishing" in text
        assert "mfa@contoso.example" in text
        assert "https://mfa.contoso.example/portal" in text
        assert "+50" in text
        assert "\N{MINUS SIGN}10" in text
        assert "\u202e" not in text
    assert "Ada &lt;b&gt;" in mail.html
    assert "Ada <b>" in mail.text
    assert "50" in mail.subject
    assert "Contoso" in mail.subject
    assert f'lang="{language}"' in mail.html
    assert 'height="1"' not in mail.html
    assert mail.images == ()


@pytest.mark.parametrize(
    "content", [CONTENT, replace(CONTENT, before=None)], ids=["again", "first"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_stand_below_each_other(language: str, content: ReportContent) -> None:
    """In plain text all names begin in one column, and all counts end in one."""
    mail = RENDERER.render(replace(content, language=language))
    said = catalogue(language)
    names = [str(said["report_figures"][figure.value]) for figure in Figure]
    names.append(str(said["report_attention"][AttentionKind.BOUNCED.value]))
    begins = [
        line.removesuffix(f"  {name}")
        for name in names
        for line in mail.text.splitlines()
        if line.endswith(f"  {name}")
    ]
    assert len(begins) == len(names)
    assert len({len(one) for one in begins}) == 1, begins
    counts = {one.partition("(")[0].rstrip() for one in begins}
    assert len({len(one) for one in counts}) == 1, counts


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_plain_text_are_short(language: str) -> None:
    """No line is longer than 72 characters, what stands before it included."""
    lines = RENDERER.render(replace(CONTENT, language=language)).text.splitlines()
    assert [line for line in lines if len(line) > 72 and not line.startswith("https://")] == []


def test_every_reason_and_figure_has_words() -> None:
    """No kind can come up that a report has no sentence for."""
    for language in LANGUAGES:
        assert set(catalogue(language)["report_figures"]) == set(Figure)
        assert set(catalogue(language)["report_attention"]) == set(AttentionKind)


@pytest.mark.wording
def test_the_first_report_compares_nothing() -> None:
    """Nor does it speak of what isn't so; times are the zone's."""
    mail = RENDERER.render(QUIET)
    assert "This is the first report" in mail.text
    assert "the figures as of 27 Nov 2026, 08:05 CET." in unescape(mail.html)
    assert "Nobody needs an admin." in mail.text
    assert "0  All people" in mail.text
    for absent in ("Change", "stopped", "may not send", "deadline", "waited longest", "cid:"):
        assert absent not in mail.html
    assert mail.subject == "Contoso: MFA rollout, 0% done"


@pytest.mark.wording
def test_a_report_of_an_unknown_language_is_the_organisations() -> None:
    """Of a region, it is the language's."""
    german = ReportRenderer(replace(BRANDING, default_language="de"))
    assert "fertig" in german.render(replace(CONTENT, language=None)).subject
    assert "terminé" in german.render(replace(CONTENT, language="fr-CA")).subject


def test_a_plot_comes_along() -> None:
    """It is shown from within the mail, so nothing is loaded."""
    mail = RENDERER.render(replace(CONTENT, plot=b"png"))
    (image,) = mail.images
    assert (image.content_id, image.content_type, image.content) == ("plot", "image/png", b"png")
    assert 'src="cid:plot"' in mail.html


def test_the_source_names_nobody() -> None:
    """It is the same for everybody who gets it in one language, and another in another."""
    source = RENDERER.source(CONTENT)
    assert source == RENDERER.source(QUIET)
    assert source.hash != RENDERER.source(replace(CONTENT, language="de")).hash
    assert "phishing" not in source.text


def test_the_plot_shows_who_has_registered_by_day_up_to_the_deadline() -> None:
    """It ends at the figure of the report; the days to the deadline are empty."""
    situation = replace(CONTENT.situation, registered=(2, 0, 5))
    plot = report_plot(replace(CONTENT, situation=situation), "en")
    assert plot is not None
    assert plot.labels == ("25 Nov", "26 Nov", "27 Nov", "28 Nov", "29 Nov", "30 Nov", "1 Dec")
    assert plot.series[0].values == (1195, 1195, 1200, None, None, None, None)
    assert plot.rule == Rule("1 Dec", 6)
    far = replace(CONTENT, situation=situation, deadline=date(2027, 1, 27))
    plot = report_plot(far, "de")
    assert plot is not None
    assert (plot.labels, plot.rule) == (("25. Nov.", "26. Nov.", "27. Nov."), None)
    plot = report_plot(far, "ar")
    assert plot is not None
    assert (plot.labels, plot.series[0].name) == (("25/11", "26/11", "27/11"), "MFA")


def test_the_plot_of_a_demo_has_the_dates_of_its_days() -> None:
    """Its days are as many dates after that of day 0, as everything else in the mail."""
    calendar = DemoCalendar(NOW - timedelta(seconds=6), timedelta(seconds=2))
    situation = replace(CONTENT.situation, registered=(2, 0, 5))
    plot = report_plot(replace(CONTENT, situation=situation, demo_calendar=calendar), "en")
    assert plot is not None
    assert plot.labels == ("28 Nov", "29 Nov", "30 Nov", "1 Dec")
    assert plot.rule == Rule("1 Dec", 3)


@pytest.mark.parametrize(("registered", "drawn"), [((), False), ((3,), False), ((3, 0), True)])
def test_a_plot_needs_two_days(registered: tuple[int, ...], drawn: bool) -> None:
    """One point is no line."""
    situation = replace(CONTENT.situation, registered=registered)
    assert (report_plot(replace(CONTENT, situation=situation), "en") is not None) is drawn


@pytest.mark.wording
def test_a_report_of_the_demo_counts_its_days() -> None:
    """Its dates are as many days after day 0 as the demo's days, and so is the deadline."""
    calendar = DemoCalendar(NOW - timedelta(seconds=6), timedelta(seconds=2))
    shown = RENDERER.render(replace(CONTENT, demo_calendar=calendar)).text
    assert "30 Nov 2026" in shown
    assert "tomorrow" in shown
    assert "27 Nov 2026" not in shown
