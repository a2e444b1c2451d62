"""The verbs of reports: one now, and those that come again and again."""

from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson
from cli.run import run

Language = Annotated[
    str | None, typer.Option(help="Language of the report; default: DEFAULT_LANGUAGE.")
]
To = Annotated[list[str], typer.Option(help="Who gets it; repeatable.")]
Reason = Annotated[str | None, typer.Option(help="Why, for the audit log.")]
ReportId = Annotated[
    str, typer.Argument(help="The report's id, or how it begins; `list` shows it.")
]

app = typer.Typer(
    help="Send reports on the rollout to admins by mail.",
    no_args_is_help=True,
    epilog=examples(
        "mfa-rollout report show",
        "mfa-rollout report schedule --to ada@contoso.com --at 07:00 --on mon",
    ),
)


@app.command(epilog=examples("mfa-rollout report show", "mfa-rollout report show --language de"))
def show(*, language: Language = None, as_json: AsJson = False) -> None:
    """Print the report as it would be sent now."""
    from cli.report.show_run import show_report

    run(show_report(language=language, as_json=as_json))


@app.command(epilog=examples("mfa-rollout report now --to ada@contoso.com"))
def now(
    *, to: To, language: Language = None, reason: Reason = None, as_json: AsJson = False
) -> None:
    """Send one report now, also while mail to people is stopped."""
    from cli.report.verbs_run import send_now

    run(send_now(to, language=language, reason=reason, as_json=as_json))


@app.command(epilog=examples("mfa-rollout report send 3f2a"))
def send(report_id: ReportId, *, reason: Reason = None, as_json: AsJson = False) -> None:
    """Send a scheduled report now; it comes at its usual time, too."""
    from cli.report.verbs_run import send_one

    run(send_one(report_id, reason=reason, as_json=as_json))


@app.command(
    epilog=examples(
        "mfa-rollout report schedule --to ada@contoso.com --at 07:00",
        "mfa-rollout report schedule --to ada@contoso.com --on mon --language de",
    )
)
def schedule(
    *,
    to: To,
    at: Annotated[str, typer.Option(help="At which full hour, in TIME_ZONE.")] = "07:00",
    on: Annotated[
        str | None, typer.Option(help="Weekday of a weekly report; default: every day.")
    ] = None,
    language: Language = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Send a report every day, or every week, from now on."""
    from cli.report.verbs_run import add_schedule

    run(add_schedule(to, at=at, on=on, language=language, reason=reason, as_json=as_json))


@app.command(
    epilog=examples(
        "mfa-rollout report change 3f2a --on daily --at 08:00",
        'mfa-rollout report change 3f2a --to eve@contoso.com --reason "Ada has left"',
    )
)
def change(
    report_id: ReportId,
    *,
    to: Annotated[
        list[str] | None, typer.Option(help="Who gets it, in place of the others; repeatable.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="At which full hour, in TIME_ZONE.")] = None,
    on: Annotated[str | None, typer.Option(help="On which weekday, or `daily`.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of the report.")] = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Change when a report comes, to whom, or its language; what isn't given stays."""
    from cli.report.verbs_run import change_one

    run(
        change_one(
            report_id, to=to, at=at, on=on, language=language, reason=reason, as_json=as_json
        )
    )


@app.command("list", epilog=examples("mfa-rollout report list", "mfa-rollout report list --json"))
def list_(*, as_json: AsJson = False) -> None:
    """Show the scheduled reports: when, to whom, and the last one."""
    from cli.report.verbs_run import list_all

    run(list_all(as_json=as_json))


@app.command(epilog=examples('mfa-rollout report remove 3f2a --reason "the rollout is over"'))
def remove(
    report_id: ReportId,
    *,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Stop sending a report, and delete its schedule."""
    from cli.report.verbs_run import remove_one

    run(remove_one(report_id, reason=reason, as_json=as_json))
