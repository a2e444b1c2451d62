"""The plot of a report: how many people have registered, day by day, and the deadline."""

from datetime import date, timedelta
from itertools import accumulate

from babel.dates import format_skeleton

from domain.mail.languages import known_language
from domain.reports.figures import Figure
from domain.reports.records import ReportContent
from templates.catalogue import date_locale, sentence
from templates.plots.plot import Plot, Rule, Series
from templates.plots.renderer import png

# A deadline that is further away would leave no room for what has happened.
LONGEST_AHEAD = 60
# Of a language whose letters the renderer has no font for, only numbers and Latin letters.
_NUMBERS_ALONE = frozenset({"ar"})


async def draw_report_plot(content: ReportContent, default_language: str) -> bytes | None:
    """Return the plot as PNG; None where there is nothing to draw."""
    plot = report_plot(content, known_language(content.language) or default_language)
    return None if plot is None else await png(plot)


def report_plot(content: ReportContent, language: str) -> Plot | None:
    """Return the plot; None until two days have something to show."""
    per_day = content.situation.registered
    if len(per_day) <= 1 or not any(per_day):
        return None
    today = content.today
    ahead = (content.deadline - today).days if content.deadline else 0
    ahead = ahead if 0 < ahead <= LONGEST_AHEAD else 0
    first = today - timedelta(days=len(per_day) - 1)
    days = [first + timedelta(days=place) for place in range(len(per_day) + ahead)]
    before = max(0, content.figures.people.get(Figure.REGISTERED, 0) - sum(per_day))
    so_far = tuple(accumulate(per_day, initial=before))[1:]
    labels = tuple(_label(day, language) for day in days)
    has_words = language not in _NUMBERS_ALONE
    name = sentence(language, "report_figures", Figure.REGISTERED.value) if has_words else "MFA"
    return Plot(
        title=sentence(language, "report", "plot"),
        description=sentence(language, "report", "plot"),
        labels=labels,
        series=(Series(name, (*so_far, *[None] * ahead)),),
        label_name="",
        unit=sentence(language, "report", "column_people") if has_words else "",
        rule=Rule(labels[-1], len(labels) - 1) if ahead else None,
    )


def _label(day: date, language: str) -> str:
    if language in _NUMBERS_ALONE:
        return f"{day.day}/{day.month}"
    return str(format_skeleton("MMMd", day, locale=date_locale(language)))
