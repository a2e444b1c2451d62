"""Lists of people from the directory in place of a file, read with the worker's sign-in."""

import asyncio
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from cli.terminal import err
from domain.failures import NotLicensed
from domain.imports.address import is_object_id
from domain.imports.file import ImportFile, read_listed
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault
from domain.imports.rows import ListedPerson
from domain.imports.texts import DID_YOU_MEAN
from domain.plain_text import one_line
from domain.registration.circles import Circle
from graph.group_search import (
    NamedGroup,
    group_with_id,
    groups_beginning,
    groups_named,
    people_in,
)
from graph.http.client import GraphClient
from graph.registration_report import RegistrationReport, ReportPage, report_in_circle
from settings import WorkerSettings, load_settings
from worker.graph import open_graph

# Five calls in ten seconds are allowed for the whole app, of which a worker has its share.
PAGES_AT_ONCE = 4
PAGE_EVERY = 2.1
# Graph denies the licence now and then in tenants that have it.
TIMES_UNLICENSED = 3
LETTERS_ALIKE = 2
NAMED = 5


async def people_of_directory(group: str | None, *, not_registered: bool) -> tuple[ImportFile, str]:
    """Return everybody in a group, or who has no method in the report, or both; and its name.

    Raises:
        ImportFileError: there is no such group, or more than one, or nobody is seen in it.
        SettingsError: the worker's settings are missing or wrong.
        RolloutError: the directory or the report can't be read.
    """
    settings = load_settings(WorkerSettings)
    async with open_graph(settings) as graph:
        with err.status("Reading the directory"):
            people: Iterable[ListedPerson] | None = None
            names = []
            if group is not None:
                people = await _members(graph, group)
                names.append(f"group {group}")
            if not_registered:
                people = await unregistered_people(graph, among=people)
                names.append("registration report")
    return read_listed(people or ()), ", ".join(names)


async def _members(graph: GraphClient, name: str) -> list[ListedPerson]:
    if is_object_id(name):
        group = await group_with_id(graph, name)
        found = [group] if group is not None else []
    else:
        found = await groups_named(graph, name)
    if not found:
        near = await groups_beginning(graph, name.strip()[:LETTERS_ALIKE])
        alike = _names_like(name.strip(), sorted({one.name for one in near}))
        said = DID_YOU_MEAN.format(names=" or ".join(map(one_line, alike))) if alike else ""
        raise ImportFileError(FileFault.UNKNOWN_GROUP, name=one_line(name), candidates=said)
    if len(found) > 1:
        told = ", ".join(_told(group) for group in found[:NAMED])
        raise ImportFileError(
            FileFault.AMBIGUOUS_GROUP, name=one_line(name), number=len(found), groups=told
        )
    people = [person async for person in people_in(graph, found[0].id)]
    if not people:
        fault = FileFault.HIDDEN_GROUP if found[0].hides_members else FileFault.EMPTY_GROUP
        raise ImportFileError(fault, name=one_line(name))
    return people


def _names_like(name: str, names: Sequence[str]) -> list[str]:
    """Return the names that begin with this one, then those that are spelt almost like it."""
    longer = [one for one in names if one.casefold().startswith(name.casefold())]
    return list(dict.fromkeys([*longer, *get_close_matches(name, names, n=NAMED)]))[:NAMED]


def _told(group: NamedGroup) -> str:
    return f"{group.id} ({one_line(group.description)})" if group.description else group.id


async def unregistered_people(
    graph: GraphClient, *, among: Iterable[ListedPerson] | None
) -> list[ListedPerson]:
    """Return who has no method in the report, of some people or of all."""
    report = RegistrationReport(graph)
    wanted = None if among is None else {one.object_id.casefold() for one in among}
    found: list[ListedPerson] = []
    link: str | None = None
    circle, pages = Circle(link), 0
    while True:
        page = await _page(report, link)
        found += [
            one for one in page.unregistered if wanted is None or one.object_id.casefold() in wanted
        ]
        if page.next_link is None:
            return found
        link, pages = page.next_link, pages + 1
        if circle.closes_at(link):
            raise report_in_circle()
        if pages >= PAGES_AT_ONCE:
            await asyncio.sleep(PAGE_EVERY)


async def _page(report: RegistrationReport, link: str | None) -> ReportPage:
    for _ in range(TIMES_UNLICENSED - 1):
        try:
            return await report.page(link)
        except NotLicensed:
            await asyncio.sleep(PAGE_EVERY)
    return await report.page(link)
