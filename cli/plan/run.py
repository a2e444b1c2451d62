"""Plays an import forward, from a file or for a number of people, and prints what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from activities.imports.read_file import read_people
from cli.imports.import_options import import_options
from cli.imports.start_run import read_file
from cli.output.tables import said
from cli.plan.held_mail import HeldMail, read_held_mail
from cli.plan.output import print_days, print_forecast
from cli.plan.running import running_forecast
from cli.terminal import ExitStatus, err, fail, print_json
from client.exports.json_keys import with_json_keys
from client.forecast.forecast_json import forecast_json, remedies_json
from client.forecast.rollout import NewImport
from domain.forecast.plan import ImportPlan, Remedy, import_forecast, remedies
from domain.forecast.rates import Rates
from domain.forecast.rates_text import RatesTextError, read_rates
from domain.forecast.result import Forecast
from domain.imports.options.names import OptionName
from domain.imports.pace import Pace
from domain.wording.counted import counted
from settings import PlanSettings, load_settings
from templates.plots.forecast import registered_plot
from templates.plots.renderer import png, svg_file


async def show_plan(
    file: Path | None,
    *,
    people: int | None,
    starts: date | None,
    deadline: date | None,
    rates: str | None,
    mailboxes: int | None,
    running: bool,
    written: Mapping[OptionName, str | None],
    plot: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print the forecast of an import, of the rollout that runs, or of both together.

    Raises:
        DatabaseError: where it runs, its tables can't be read.
        ImportFileError: the file is no list of people.
        SettingsError: settings are wrong.
    """
    own_mailboxes = bool(written.get(OptionName.SENDER_MAILBOXES))
    for is_wrong, what in (
        (file is not None and people is not None, "Choose a file or --people."),
        (
            file is None and people is None and not running,
            "Name a file, a number of people with --people, or --running.",
        ),
        (running and (starts or mailboxes), "--running begins now, with SENDER_MAILBOXES."),
        (
            file is None and people is None and any(written.values()),
            "Options of an import need one: name a file, or a number of people with --people.",
        ),
        (mailboxes and own_mailboxes, "Choose --mailboxes or --sender-mailboxes."),
        (as_json and as_csv, "Choose --json or --csv."),
        (
            plot is not None and plot.suffix.casefold() not in {".svg", ".png"},
            f"--plot {plot}: name a file that ends in .svg or .png.",
        ),
    ):
        if is_wrong:
            fail(what, ExitStatus.USAGE)
    settings = load_settings(PlanSettings)
    expected = _rates(rates)
    now = datetime.now(UTC)
    number = people if people is not None else _people_in(file) if file is not None else 0
    of_real_days = settings.policy_of_real_days
    options = import_options(written, settings, now, people=number, policy=of_real_days)
    policy, pace = options.applied(
        of_real_days, settings.pace_of_real_days, settings.sender_mailboxes
    )
    pace = replace(pace, senders=mailboxes or pace.senders)
    start = _start(starts, now, pace)
    named = () if mailboxes else options.senders(settings.sender_mailboxes)
    # What holds mails today says nothing of another day; the running rollout reads it anew.
    held = await read_held_mail(named) if start == now and not running else HeldMail()
    planned = ImportPlan(
        people=number,
        start=start,
        pace=pace,
        policy=policy,
        deadline=deadline or settings.deadline_of_real_days,
        mail_stopped=held.mail_stopped,
        blocked=held.blocked,
    )
    if not planned.people and not running:
        fail("The file names nobody, so there is nothing to forecast.", ExitStatus.USAGE)
    helping: Sequence[Remedy] = ()
    if running:
        new = NewImport(people=number, pace=pace, senders=named) if number else None
        forecast = await running_forecast(
            settings, new, assumed=expected, deadline=planned.deadline, now=now
        )
    else:
        forecast = import_forecast(planned, expected)
        helping = () if as_csv else remedies(planned, forecast)
    if plot is not None:
        await _draw(forecast, plot)
    if as_csv:
        print_days(forecast)
        return
    if as_json:
        chosen = with_json_keys(options.as_json())
        own = {"remedies": remedies_json(helping), "options": chosen}
        print_json(forecast_json(forecast) | own)
    else:
        print_forecast(forecast, helping)


async def _draw(forecast: Forecast, file: Path) -> None:
    drawn = registered_plot(forecast)
    is_svg = file.suffix.casefold() == ".svg"
    _write(file, (await svg_file(drawn)).encode() if is_svg else await png(drawn))


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        fail(f"{file} can't be written: {error.strerror}.")
    err.print(f"Written: {said(file)}", soft_wrap=True)


def _people_in(file: Path) -> int:
    found = read_people(read_file(file))
    left_out = len(found.rejected) + len(found.repeated)
    if left_out:
        err.print(
            f"{counted(left_out, 'row')} left out, for naming nobody, or somebody twice: "
            "`mfa-rollout import --dry-run` lists what is wrong.",
            soft_wrap=True,
        )
    return found.people


def _rates(text: str | None) -> Rates:
    if text is None:
        return Rates()
    try:
        return read_rates(text)
    except RatesTextError as error:
        fail(f"--rates: {error}", ExitStatus.USAGE)


def _start(starts: date | None, now: datetime, pace: Pace) -> datetime:
    """Return when the import is started: now, or in the first sending hour of a day."""
    if starts is None:
        return now
    zone = ZoneInfo(pace.window.time_zone)
    if starts == now.astimezone(zone).date():
        return now
    if starts < now.astimezone(zone).date():
        fail(f"--starts {starts} is in the past.", ExitStatus.USAGE)
    return pace.window.next_open(datetime.combine(starts, time(0), zone).astimezone(UTC))
