"""Takes the pictures of the documents: `make screenshots`."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.async_api import Browser, async_playwright

from api.config import PortalConfig
from database.engine import Database, default_url
from database.migrate import upgrade
from database.portal.sessions import open_session
from domain.imports.pace import Pace
from domain.portal.roles import Role
from tests.api.portal.portal import session_of
from tests.api.running import lazy_client, running_api, served
from tests.screenshots import manifest
from tests.screenshots.people import OBJECT_ID, SENDER
from tests.screenshots.tables import ADMIN, UPLOAD, fill
from tests.screenshots.temporal_ui import take_saved_view

# Each picture: its name, its page, whether it is in the dark, and how far it goes down.
PICTURES = (
    ("overview", "/portal", False, 1400),
    ("overview-dark", "/portal", True, 1400),
    ("people", "/portal/people", False, 900),
    ("person", f"/portal/people/{OBJECT_ID}", False, 1300),
    ("import-preview", f"/portal/import/{UPLOAD}", False, 1480),
    ("mails", "/portal/mails", False, 900),
    ("audit", "/portal/audit", False, 1000),
)
WIDTH = 1440
COLOURS = 128
LARGEST = 150 * 1024
_SESSION = "pictures"


async def take() -> None:
    """Take every picture, and write down what they were taken of."""
    manifest.PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as name:
        async with _portal(Path(name)) as url, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            for picture, path, is_dark, height in PICTURES:
                file = manifest.PICTURES / f"{picture}.png"
                file.write_bytes(await _picture(browser, url, path, is_dark, height))
            view = manifest.PICTURES / "temporal-ui-view.png"
            view.write_bytes(_small(await take_saved_view(browser), "the Temporal UI"))
            await browser.close()
    manifest.write()


@asynccontextmanager
async def _portal(folder: Path) -> AsyncIterator[str]:
    """Serve a portal on made-up tables; its pages read these alone, so nothing else runs."""
    now = datetime.now(UTC)
    database = Database(default_url(folder))
    await upgrade(database)
    await fill(database, now, version("mfa-rollout"))
    session = session_of(_SESSION, (Role.ADMIN,), name="Ada Admin", actor_id=ADMIN)
    async with database.writing() as connection:
        await open_session(connection, session)
    async with (
        running_api(
            await lazy_client("127.0.0.1:9"),
            folder,
            database=database,
            portal=PortalConfig(base_url="http://127.0.0.1", temporal_ui="http://127.0.0.1:8233"),
            deadline=(now + timedelta(days=28)).date(),
            time_zone="Europe/Berlin",
            sender_mailboxes=(SENDER, f"2-{SENDER}"),
            pace=Pace(senders=2),
        ) as api,
        served(api.app) as url,
    ):
        yield url
    await database.close()


async def _picture(browser: Browser, url: str, path: str, is_dark: bool, height: int) -> bytes:
    """Return a page as a small PNG."""
    window = await browser.new_context(
        viewport={"width": WIDTH, "height": height},
        color_scheme="dark" if is_dark else "light",
        timezone_id="Europe/Berlin",
    )
    cookie = {"name": "mfa-rollout-session", "value": _SESSION, "url": url}
    await window.add_cookies([cookie])  # type: ignore[list-item]
    page = await window.new_page()
    answer = await page.goto(f"{url}{path}", wait_until="networkidle")
    if answer is None or not answer.ok:
        raise SystemExit(f"{path} can't be shown: {answer and answer.status}")
    image = await page.screenshot()
    await window.close()
    return _small(image, path)


def _small(image: bytes, what: str) -> bytes:
    """Return a picture with few colours."""
    small = BytesIO()
    Image.open(BytesIO(image)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        small, "PNG", optimize=True
    )
    if small.tell() > LARGEST:
        raise SystemExit(f"The picture of {what} is too large: {small.tell():,} bytes")
    return small.getvalue()


if __name__ == "__main__":
    if shutil.which("chromium") is None:
        sys.exit("Chromium is missing: install Debian's package chromium")
    asyncio.run(take())
