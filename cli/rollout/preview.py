"""The verb that shows one mail before anybody else sees it."""

from pathlib import Path
from typing import Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.run import run
from domain.enrolment.status import MailKind

app = typer.Typer()


def _known_kind(name: str) -> str:
    # Not by the parameter's type: Typer's list of choices doesn't fit into 80 columns.
    if name not in set(MailKind):
        raise typer.BadParameter(f"{name} is none of {', '.join(MailKind)}.")
    return name


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout preview invitation",
        "mfa-rollout preview reminder --language de --output mails",
        "mfa-rollout preview escalation --to me@contoso.com",
    ),
)
def preview(
    kind: Annotated[
        str,
        typer.Argument(
            callback=_known_kind,
            autocompletion=lambda: list(MailKind),
            help=f"Which mail: {', '.join(MailKind)}.",
        ),
    ],
    *,
    language: Annotated[str, typer.Option(help="The reader's: en, de or fr.")] = "en",
    to: Annotated[
        str | None, typer.Option(help="Send it to this address, from the sender mailbox.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder for the two files; default: this one.")
    ] = None,
) -> None:
    """Write one mail with sample names as HTML and text, or send it to an address of yours."""
    from cli.rollout.preview_run import preview_mail

    run(preview_mail(MailKind(kind), language=language, to=to, output=output))
