"""Imports under test."""

from collections.abc import Sequence

from client.imports import PartHandle
from domain.imports.report import ImportReport


async def batch_report(parts: Sequence[PartHandle]) -> ImportReport:
    """Wait for all parts of an import, and return what became of each row.

    Raises:
        WorkflowFailureError: a part failed, since directory or list can't be read.
    """
    report = ImportReport()
    for part in parts:
        report.add(await part.result())
    return report.in_order()
