"""SharePoint sites, found by the address that people know.

Source: Graph's page "Get a site by server-relative path".
"""

from urllib.parse import quote, unquote

from domain.failures import BadRequest
from domain.plain_text import address_parts
from graph.http.answers import id_of
from graph.http.client import GraphClient
from graph.http.errors import Purpose

_READ = Purpose(
    doing="look the site up",
    grant="Sites.Read.All, or more, to the app that provisions",
    absent="There is no site at this address, or it may not be seen. Check --site.",
)
# Below these, and nowhere else, a site's address has two parts; others are the root site.
_MANAGED_PATHS = frozenset({"sites", "teams", "personal"})


def site_path(url: str) -> str:
    """Return the path of Graph for a site, for the address of the site or of a page on it.

    Raises:
        BadRequest: it isn't an address of SharePoint's.
    """
    parts = address_parts(url)
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname:
        raise BadRequest(
            "That is no address of a site. For example: --site "
            "https://contoso.sharepoint.com/sites/mfa"
        )
    names = [unquote(name) for name in parts.path.split("/") if name]
    if len(names) > 1 and names[0].casefold() in _MANAGED_PATHS:
        return f"/sites/{parts.hostname}:/{quote(names[0])}/{quote(names[1])}"
    return f"/sites/{parts.hostname}"


async def find_site(client: GraphClient, url: str) -> str:
    """Return the id of the site at this address.

    Raises:
        NotFound: there is none.
        BadRequest: it isn't an address of SharePoint's.
    """
    found = await client.get(site_path(url), _READ, params={"$select": "id"})
    return id_of(found, _READ)
