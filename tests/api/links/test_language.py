"""The language of the pages that a link opens."""

from pathlib import Path

from temporalio.client import Client

from database.engine import Database
from domain.identifiers import object_id_of
from domain.tracking_token import tracking_token
from tests.api.enrolments import start_enrolment
from tests.api.links.tables import complete
from tests.api.running import KEY, lazy_client, running_api
from tests.database.values import person, put

GERMAN_BROWSER = {"Accept-Language": "de-CH,de;q=0.9"}


async def test_pages_are_in_the_persons_language(
    client: Client, sqlite_database: Database, tmp_path: Path
) -> None:
    """The directory's language wins over the browser's, before the click and after it."""
    enrolment = await start_enrolment(client)
    object_id = object_id_of(enrolment.handle.id)
    await put(sqlite_database, person(object_id=object_id, language="pl-PL"))
    await complete(sqlite_database)
    link = f"/api/enrol?token={enrolment.token}"
    async with running_api(client, tmp_path, database=sqlite_database) as api:
        api.http.headers.update(GERMAN_BROWSER)
        answers = [
            await api.http.get(link),
            await api.press_button(enrolment.token),
            await api.http.get(link),
            await api.http.get("/api/enrol?token=00000000-0000-4000-8000-000000000000"),
        ]
    assert [answer.headers["content-language"] for answer in answers] == ["pl", "pl", "pl", "de"]


async def test_the_persons_language_is_known_while_temporal_is_away(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """The tables alone say it; a language that there are no pages in leaves it to the browser."""
    arab, chinese = person(1, language="ar-AE"), person(2, language="zh-CN")
    tokens = []
    for one in (arab, chinese):
        await put(sqlite_database, one)
        tokens.append(tracking_token(one.object_id, KEY))
    away = await lazy_client("127.0.0.1:1")
    async with running_api(away, tmp_path, database=sqlite_database) as api:
        api.http.headers.update(GERMAN_BROWSER)
        pages = [await api.open_link(token) for token in tokens]
    assert [page.headers["content-language"] for page in pages] == ["ar", "de"]
    assert 'dir="rtl"' in pages[0].text
