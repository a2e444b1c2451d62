"""The verb that shows mails before anybody else sees them."""

from pathlib import Path
from typing import Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import ALL, AsJson
from cli.run import run
from domain.mail.languages import DEFAULT_LANGUAGE, LANGUAGES
from domain.status import MailKind

app = typer.Typer()


def _known_kind(name: str) -> str:
    # Not by the parameter's type: Typer's list of choices doesn't fit into 80 columns.
    if name not in {*MailKind, ALL}:
        raise typer.BadParameter(f"{name} is none of {', '.join(MailKind)}, {ALL}.")
    return name


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout preview invitation",
        "mfa-rollout preview reminder --number 2 --language de",
        "mfa-rollout preview all --language all --output mails",
        "mfa-rollout preview escalation --to me@contoso.com",
    ),
)
def preview(
    kind: Annotated[
        str,
        typer.Argument(
            callback=_known_kind,
            autocompletion=lambda: [*MailKind, ALL],
            help=f"Which mail: {', '.join(MailKind)}, or {ALL}.",
        ),
    ],
    *,
    language: Annotated[
        str,
        typer.Option(help=f"The reader's: {', '.join(LANGUAGES)}, or {ALL}."),
    ] = DEFAULT_LANGUAGE,
    number: Annotated[
        int,
        typer.Option(
            min=1, max=10_000, help="Which reminder or follow-up it is.", show_default=True
        ),
    ] = 1,
    to: Annotated[
        str | None, typer.Option(help="Send it to this address, from the sender mailbox.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder for the files; default: this one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a mail with sample names as HTML and text, or send it to an address of yours.

    `all` writes every kind, and those reminders that say something else.
    """
    from cli.rollout.preview_run import preview_mails

    run(
        preview_mails(kind, language=language, number=number, to=to, output=output, as_json=as_json)
    )
