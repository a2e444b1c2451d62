"""The verbs ``requests list|show|stop``."""

from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson, Limit, said_why
from cli.run import run

RequestId = Annotated[str, typer.Argument(help="The request's id, as `requests list` shows it.")]

app = typer.Typer(
    help="Show and stop requests about many people.",
    no_args_is_help=True,
    epilog=examples(
        "mfa-rollout requests list",
        "mfa-rollout requests show 0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a",
    ),
)


@app.command("list", epilog=examples("mfa-rollout requests list"))
def list_(
    *,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List requests about many people, the latest first."""
    from cli.bulk.requests_run import list_requests

    run(list_requests(limit=limit, as_json=as_json))


@app.command(
    epilog=examples(
        "mfa-rollout requests show 0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a",
        "mfa-rollout requests show 0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a --people",
    )
)
def show(
    request_id: RequestId,
    *,
    people: Annotated[
        bool, typer.Option("--people", help="List people for whom nothing was done, and why.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how far a request has come, and its results."""
    from cli.bulk.requests_run import show_request

    run(show_request(request_id, people=people, as_json=as_json))


@app.command(
    epilog=examples(
        'mfa-rollout requests stop ID --reason "the wrong people"',
    )
)
def stop(
    request_id: RequestId,
    reason: Annotated[str, typer.Option(callback=said_why, help="Why: it stays in the audit log.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Stop a request; what is done already stays done."""
    from cli.bulk.requests_run import stop_request

    run(stop_request(request_id, reason=reason, as_json=as_json))
