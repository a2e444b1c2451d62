"""Erases a person, and says what was deleted and what can't be reached."""

from dataclasses import asdict
from uuid import UUID

import typer
from temporalio.client import Client, WorkflowFailureError

from cli.audit.entry import audited
from cli.database import open_database
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, err, fail, out, print_json
from client.erasure.erase_person import erase_person, object_ids_of
from client.erasure.out_of_reach import erased_sentence, out_of_reach
from client.exports.json_keys import with_json_keys
from database.enrolments.people import read_people
from domain.plain_text import one_line
from domain.tables.audit import AuditAction
from domain.tables.erasure import ErasureReport
from domain.tables.people import PeopleFilter
from temporal.failures import innermost_message
from workflows.erasure import ErasureInput


async def erase_one(
    who: str,
    reason: str,
    *,
    upns: tuple[str, ...],
    with_import_histories: bool,
    confirmed: bool,
    as_json: bool,
) -> None:
    """Erase the person, after a confirmation.

    Raises:
        SettingsError: settings are wrong.
        TemporalRefused: Temporal can't be used.
        DatabaseUnavailable: the tables can't be read.
    """
    client = await connect_to_temporal()
    object_id = await _object_id(client, who)
    if not confirmed:
        named = "" if who.casefold() == object_id else f" ({object_id})"
        question = f"Erase {one_line(who)}{named}? It can't be undone."
        typer.confirm(question, abort=True, err=True)
    typed = () if who.casefold() == object_id else (who,)
    erasure = ErasureInput(
        object_id=object_id,
        upns=(*typed, *upns),
        with_import_histories=with_import_histories,
    )
    err.print("A running worker does the rest, whatever happens to this command.")
    try:
        async with audited(AuditAction.ERASE, reason=reason, person=object_id):
            report = await erase_person(client, erasure)
    except WorkflowFailureError as error:
        fail(f"The erasure is not complete; start it again: {innermost_message(error.cause)}")
    if as_json:
        print_json({**with_json_keys(asdict(report)), "outOfReach": out_of_reach(report)})
    else:
        _print(report)


async def _object_id(client: Client, who: str) -> str:
    """Return whom a name means, by enrolments and by our tables."""
    try:
        return str(UUID(who))
    except ValueError:
        pass
    found = await object_ids_of(client, who)
    async with open_database() as database, database.reading() as connection:
        page = await read_people(connection, PeopleFilter(text=who))
    found |= {one.object_id for one in page.people if one.upn.casefold() == who.casefold()}
    if not found:
        fail(
            f"Nobody called '{who}' is enrolled: check the spelling. Of others, and after a first "
            "erasure, only the ObjectId tells who is meant: "
            f"`mfa-rollout people erase OBJECT_ID --upn {who}`."
        )
    if len(found) > 1:
        ids = ", ".join(sorted(found))
        fail(f"Several people were called {who}: name one by ObjectId: {ids}", ExitStatus.USAGE)
    return found.pop()


def _print(report: ErasureReport) -> None:
    out.print(erased_sentence(report), soft_wrap=True)
    out.print("Not reached:")
    for text in out_of_reach(report):
        out.print(f"- {text}", soft_wrap=True)
