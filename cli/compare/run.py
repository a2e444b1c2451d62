"""Compares a person's item on the tracking list with what was written to it last."""

import typer

from cli.database import open_database
from cli.find_person import not_enrolled, only_one, people_called
from cli.output.tables import clock, column_value, said, table
from cli.terminal import ExitStatus, fail, out, print_json
from client.people.list_item import (
    SECRET_COLUMNS,
    Comparison,
    NoListItem,
    compare_list_item,
    comparison_json,
)
from domain.instants import EPOCH, MICROSECOND
from domain.tracking_list.comparison import ComparedColumn, Verdict
from graph.tracking_list import TrackingList
from settings import WorkerSettings, load_settings
from worker.graph import open_graph

_VERDICTS = {
    Verdict.SAME: "same",
    Verdict.DIFFERS: "differs",
    Verdict.NO_COLUMN: "no such column",
    Verdict.NOT_COMPARED: "not compared",
}


async def compare_person(who: str, *, every: bool, as_json: bool) -> None:
    """Print how a person's item compares; leave with 1 where a column differs.

    Raises:
        SettingsError: the worker's settings are missing or wrong.
        DatabaseError: the tables can't be read.
        RolloutError: the list can't be read.
    """
    settings = load_settings(WorkerSettings)
    async with open_database() as database:
        person = only_one(who, await people_called(database, who))
        if person is None:
            fail(not_enrolled(who))
        async with open_graph(settings) as graph:
            tracking_list = TrackingList(graph, settings.site_id, settings.list_id)
            try:
                found = await compare_list_item(
                    database, tracking_list, person.object_id, settings.token_keys
                )
            except NoListItem:
                fail("Nothing has been written to the list for this person yet.")
    if as_json:
        print_json(comparison_json(found))
    else:
        _print(found, every=every)
    if found.differing:
        raise typer.Exit(ExitStatus.FAILED)


def _print(found: Comparison, *, every: bool) -> None:
    row = found.row
    written_at = clock(EPOCH + row.revision * MICROSECOND)
    out.print(f"[bold]{said(row.display_name or row.upn)}[/]  {said(row.upn)}", soft_wrap=True)
    out.print(f"Item {said(row.item_id)}, written {written_at}.", soft_wrap=True)
    shown = [one for one in found.columns if every or one.verdict.is_wrong]
    if shown:
        listed = table("Column", "On the list", "Written last", "")
        listed.columns[0].no_wrap = True
        for one in shown:
            listed.add_row(
                said(one.name),
                _cell(one, one.on_list),
                _cell(one, one.written),
                _VERDICTS[one.verdict],
            )
        out.print(listed)
    number, columns = found.differing, len(found.columns)
    if number:
        out.print(
            f"Different columns: {number} of {columns}. The daily comparison writes them again.",
            soft_wrap=True,
        )
    else:
        out.print(f"No column differs; compared: {columns}.", soft_wrap=True)


def _cell(one: ComparedColumn, value: object) -> str:
    if value is None:
        return ""
    return "(secret)" if one.name in SECRET_COLUMNS else said(column_value(value))
