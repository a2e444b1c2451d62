"""Sites, the lists on them, and which apps were granted what on a site."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from simulated_tenant.errors import GraphError
from simulated_tenant.sharepoint.columns import (
    MAX_INDEXES,
    Column,
    built_in_columns,
    check_definition,
)
from simulated_tenant.sharepoint.lists import ListDefinition, SharePointList
from simulated_tenant.storage import Storage, Table


@dataclass(kw_only=True, slots=True)
class Site:
    """A site and who may do what there.

    ``grants`` holds what ``Sites.Selected`` means to an app: client id to roles. ``owners`` are the
    ObjectIds of people who may change it.
    """

    id: str
    hostname: str
    path: str
    display_name: str
    created_at: datetime
    grants: dict[str, list[str]] = field(default_factory=dict)
    owners: list[str] = field(default_factory=list)

    @property
    def web_url(self) -> str:
        """Where people would find the site."""
        return f"https://{self.hostname}{self.path}"


class Sites:
    """All sites and lists."""

    def __init__(self, storage: Storage) -> None:
        """Load sites, lists and their items."""
        self._storage = storage
        self._sites = Table(storage, "site", Site)
        self._definitions = Table(storage, "list", ListDefinition)
        self._lists = {
            definition.id: SharePointList(definition, storage, self._definitions)
            for definition in self._definitions.values()
        }

    def put(self, site: Site) -> Site:
        """Store a site, new or changed."""
        self._sites.put(site.id.lower(), site)
        return site

    def all(self) -> list[Site]:
        """Return all sites."""
        return list(self._sites.values())

    def find(self, key: str) -> Site | None:
        """Find a site by its id, the id's own first GUID, or ``hostname:/path``."""
        wanted = key.lower().rstrip("/:")
        direct = self._sites.get(wanted)
        if direct is not None:
            return direct
        for site in self._sites.values():
            names = {site.id.split(",")[1].lower(), f"{site.hostname}:{site.path}".lower()}
            if wanted in names:
                return site
        return None

    def lists(self, site_id: str) -> list[SharePointList]:
        """Return the lists of a site in the order of their creation."""
        return [found for found in self._lists.values() if found.definition.site_id == site_id]

    def find_list(self, site_id: str, key: str) -> SharePointList | None:
        """Find a list by id, name or display name."""
        wanted = key.lower()
        for found in self.lists(site_id):
            definition = found.definition
            names = {definition.id, definition.name.lower(), definition.display_name.lower()}
            if wanted in names:
                return found
        return None

    def create_list(
        self,
        site: Site,
        display_name: str,
        columns: list[Column],
        *,
        now: datetime,
        list_id: str | None = None,
    ) -> SharePointList:
        """Create a list with the built-in columns and the given ones."""
        if self.find_list(site.id, display_name) is not None:
            raise GraphError(
                HTTPStatus.CONFLICT, "nameAlreadyExists", "A list with this name exists already."
            )
        definition = ListDefinition(
            id=list_id or str(uuid.uuid4()),
            site_id=site.id,
            name=display_name,
            display_name=display_name,
            created_at=now,
            columns=built_in_columns(),
        )
        created = SharePointList(definition, self._storage, self._definitions)
        for column in columns:
            self.add_column(created, column)
        self._lists[definition.id] = created
        created.save()
        return created

    def add_column(self, target: SharePointList, column: Column) -> Column:
        """Add a column to a list."""
        if target.column(column.name) is not None:
            raise GraphError(
                HTTPStatus.CONFLICT, "nameAlreadyExists", "A column with this name exists already."
            )
        check_definition(column)
        target.definition.columns.append(column)
        try:
            self.column_changed(target)
        except GraphError:
            target.definition.columns.remove(column)
            raise
        return column

    def column_changed(self, target: SharePointList) -> None:
        """Check the list as a whole after a column changed, index it anew and store it."""
        indexed = [column for column in target.definition.columns if column.indexed]
        if len(indexed) > MAX_INDEXES:
            raise GraphError(
                HTTPStatus.BAD_REQUEST,
                "invalidRequest",
                f"A list can't have more than {MAX_INDEXES} indexed columns.",
            )
        target.rebuild_indexes()
        if target.definition.id in self._lists:
            target.save()
