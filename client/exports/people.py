"""People as files for spreadsheets, read a page at a time however many there are."""

import csv
import io
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import IO

import anyio.to_thread
import xlsxwriter

from client.exports.cells import plain_cell
from client.exports.columns import Column, ExportedPerson
from client.exports.sheet import RowSheet
from database.engine import Database
from database.enrolments.contact import read_call_entries
from database.enrolments.people import read_people
from domain.portal.call_list import NO_CALLS
from domain.tables.people import PeopleFilter, PeopleOrder

AT_ONCE = 1000
_WIDTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is exported: these columns of whom a filter finds, in this order.

    Telephone numbers are read where ``with_calls`` asks for them.
    """

    columns: Sequence[Column]
    wanted: PeopleFilter
    order: PeopleOrder = PeopleOrder.NAME
    descending: bool = False
    with_calls: bool = False


async def csv_parts(database: Database, export: Export) -> AsyncGenerator[bytes]:
    """Yield a CSV file in UTF-8 with a byte order mark, by which Excel knows the encoding.

    Raises:
        DatabaseError: the tables can't be read.
    """
    yield "\ufeff".encode() + _csv([[column.title for column in export.columns]])
    async with aclosing(_pages(database, export)) as pages:
        async for page in pages:
            yield await anyio.to_thread.run_sync(_csv_of, page, export.columns)


async def write_workbook(database: Database, export: Export, file: IO[bytes]) -> None:
    """Write an Excel workbook; a value is never a formula or a link in it.

    Everything but the reading happens in a thread.

    Raises:
        DatabaseError: the tables can't be read.
    """
    sheet = await anyio.to_thread.run_sync(_Sheet, file, export.columns)
    try:
        async with aclosing(_pages(database, export)) as pages:
            async for page in pages:
                await anyio.to_thread.run_sync(sheet.add, page)
    finally:
        await anyio.to_thread.run_sync(sheet.close)


async def _pages(database: Database, export: Export) -> AsyncGenerator[list[ExportedPerson]]:
    """Yield people a page at a time, each in a transaction of its own."""
    after = None
    while True:
        async with database.reading() as connection:
            page = await read_people(
                connection,
                export.wanted,
                order=export.order,
                descending=export.descending,
                after=after,
                limit=AT_ONCE,
            )
            ids = [line.object_id for line in page.people] if export.with_calls else []
            calls = await read_call_entries(connection, ids) if ids else {}
        if page.people:
            yield [
                ExportedPerson(line, calls.get(line.object_id, NO_CALLS)) for line in page.people
            ]
        after = page.end
        if after is None:
            return


def _csv_of(people: Iterable[ExportedPerson], columns: Sequence[Column]) -> bytes:
    return _csv([[plain_cell(column.cell(line)) for column in columns] for line in people])


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


class _Sheet:
    """A workbook that holds one row in memory at a time."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        self._columns = columns
        self._book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._sheet = self._book.add_worksheet("People", worksheet_class=RowSheet)
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_column(0, len(columns) - 1, _WIDTH)
        bold = self._book.add_format({"bold": True})
        for place, column in enumerate(columns):
            self._sheet.write_string(0, place, column.title, bold)
        dates = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._sheet.start_rows(len(columns), dates)
        self._rows = 0

    def add(self, people: Iterable[ExportedPerson]) -> None:
        for line in people:
            self._sheet.add_row([column.cell(line) for column in self._columns])
            self._rows += 1

    def close(self) -> None:
        if self._rows:
            self._sheet.autofilter(0, 0, self._rows, len(self._columns) - 1)
        self._book.close()
