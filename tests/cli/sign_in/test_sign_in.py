"""``sign-in``, ``whoami`` and ``sign-out`` against a tenant and an API that runs."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.sign_in.identity import FILE_NAME, acting
from database.engine import Database
from database.portal.saved_views import read_views
from simulated_tenant.entra.apps import App
from simulated_tenant.listener import listening_socket, running
from simulated_tenant.people.app import create_people_app
from simulated_tenant.testing import TENANT_ID
from tests.api.admin.admins import ADMIN, API_ID, COMMAND_LINE_ID, NOBODY, Entra, entra_of_contoso
from tests.api.running import lazy_client, running_api, served
from tests.graph.sign_in.people import browser_of
from tests.support.json_documents import read_document

NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The command line of somebody, with the settings that it is run with."""

    entra: Entra
    settings: dict[str, str]
    file: Path

    async def run(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Run a verb; return its status and all it printed."""
        result = await asyncio.to_thread(
            CliRunner().invoke,
            app,
            list(arguments),
            env={**self.settings, **settings},
            prog_name="mfa-rollout",
        )
        return result.exit_code, result.output

    async def sign_in(self, person: str = ADMIN, *options: str) -> tuple[int, str]:
        """Sign in with the browser of this machine."""
        with browser_of(self.entra.tenant.user(person).id):
            return await self.run("sign-in", *options)


@pytest.fixture(scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Serve a tenant, its pages, and an API that trusts it."""
    listener = listening_socket("127.0.0.1", 0)
    folder = tmp_path_factory.mktemp("api")
    async with entra_of_contoso() as entra:
        entra.tenant.people_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with (
            running(create_people_app(entra.tenant), listener),
            running_api(await lazy_client("127.0.0.1:9"), folder, sign_in=entra.sign_in) as api,
            served(api.app) as address,
        ):
            settings = {
                "MFA_ROLLOUT_ENV_FILE": "/dev/null",
                "SIMULATED_TENANT": "on",
                "TENANT_ID": TENANT_ID,
                "AUTHORITY_HOST": entra.running.origin,
                "CA_BUNDLE": str(entra.running.ca_path),
                "API_CLIENT_ID": API_ID,
                "COMMAND_LINE_CLIENT_ID": COMMAND_LINE_ID,
                "PUBLIC_BASE_URL": address,
                "COLUMNS": "200",
            }
            yield Desk(entra=entra, settings=settings, file=folder)


@pytest.fixture
def desk(ground: Desk, tmp_path: Path) -> Desk:
    """Give somebody a machine on which nobody has signed in."""
    settings = ground.settings | {"XDG_CONFIG_HOME": str(tmp_path)}
    return Desk(entra=ground.entra, settings=settings, file=tmp_path / "mfa-rollout" / FILE_NAME)


async def _keep_a_view(desk: Desk, database: Database) -> None:
    """A view belongs to who has signed in: one's own of the same name is replaced."""
    folder = str(Path(str(database.url.database)).parent)
    words = ("views", "save", "Waiting", "--department", "Sales", "--ended-as", "failed")
    for order, status in ((("name",), 0), (("due",), 0), (("due", "--descending"), 2)):
        ended, printed = await desk.run(*words, "--json", "--sort", *order, DATA_DIR=folder)
        assert ended == status, printed
    async with database.reading() as connection:
        (view,) = await read_views(connection, desk.entra.tenant.user(ADMIN).id)
    assert view.filters == {"department": "Sales", "ended": "failed", "sort": "due"}
    words = ("views", "change", "waiting", "--name", "Sales waits", "--shared", "--json")
    _, printed = await desk.run(*words, DATA_DIR=folder)
    changed = read_document("views change", printed)
    assert (changed["name"], changed["shared"], changed["isMine"]) == ("Sales waits", True, True)
    assert (await desk.run("views", "change", "sales waits", DATA_DIR=folder))[0] == 2
    _, printed = await desk.run("views", "delete", "sales waits", "--json", DATA_DIR=folder)
    assert read_document("views delete", printed) == {"viewId": view.view_id, "deleted": True}


async def test_a_sign_in_is_kept_and_forgotten(
    desk: Desk,
    sqlite_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Verbs act for who has signed in, as long as the API confirms it; else for the login."""
    assert (await desk.run("whoami"))[0] == 1
    status, printed = await desk.sign_in()
    assert (status, "Ada Lovelace (Rollout.Admin)" in printed) == (0, True), printed
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600
    me = json.loads((await desk.run("whoami", "--json"))[1])
    user_id = desk.entra.tenant.user(ADMIN).id
    assert me == {
        "name": "Ada Lovelace",
        "verified": True,
        "objectId": user_id,
        "app": COMMAND_LINE_ID,
        "roles": ["Rollout.Admin"],
    }
    for name, value in desk.settings.items():
        monkeypatch.setenv(name, value)
    _, signed_in = await desk.sign_in(ADMIN, "--json")
    assert read_document("sign-in", signed_in[signed_in.index("{") :]) == me
    await _keep_a_view(desk, sqlite_database)
    actor = await acting()
    assert (actor.name, actor.object_id, actor.app) == ("Ada Lovelace", user_id, COMMAND_LINE_ID)
    monkeypatch.setenv("PUBLIC_BASE_URL", NOWHERE)
    capsys.readouterr()
    unverified = await acting()
    assert (unverified.object_id, unverified.name.split(":")[0]) == (None, "command line")
    assert "PORTAL_BASE_URL" in capsys.readouterr().err
    assert (await desk.run("sign-out"))[0] == 0
    assert not desk.file.exists()
    assert (await acting()).object_id is None
    assert (await desk.run("whoami"))[0] == 1


async def test_who_has_no_role_is_told(desk: Desk) -> None:
    """The sign-in is kept, and says that the API sees no role."""
    status, printed = await desk.sign_in(NOBODY)
    assert (status, "no role" in printed) == (0, True), printed


async def test_a_broken_file_is_no_sign_in(desk: Desk) -> None:
    """Nobody has signed in then, and signing in mends it."""
    desk.file.parent.mkdir()
    desk.file.write_text("{")
    assert (await desk.run("whoami"))[0] == 1
    assert (await desk.sign_in())[0] == 0


def _private(line: App, _: App) -> None:
    line.public = False


def _no_consent(line: App, _: App) -> None:
    line.delegated_scopes = {}


def _not_exposed(_: App, api: App) -> None:
    api.exposed_scopes = []


@pytest.mark.parametrize(
    ("change", "code", "remedy"),
    [
        (_private, "AADSTS7000218", "public client flows"),
        (_no_consent, "AADSTS65001", "consent"),
        (_not_exposed, "AADSTS650053", "access_as_user"),
    ],
)
async def test_a_wrong_registration(
    desk: Desk, change: Callable[[App, App], None], code: str, remedy: str
) -> None:
    """Entra ID's number is told with what to do, and nothing is kept."""
    apps = desk.entra.tenant.apps
    line, api = apps.get(COMMAND_LINE_ID), apps.get(API_ID)
    assert line is not None
    assert api is not None
    before = (line.public, line.delegated_scopes, api.exposed_scopes)
    change(line, api)
    try:
        status, printed = await desk.sign_in()
    finally:
        line.public, line.delegated_scopes, api.exposed_scopes = before
    assert (status, code in printed, remedy in printed) == (1, True, True), printed
    assert "PROVISION" not in printed
    assert not desk.file.exists()


async def test_another_api(desk: Desk) -> None:
    """An API that the tenant doesn't know is told by its setting."""
    with browser_of(desk.entra.tenant.user(ADMIN).id):
        status, printed = await desk.run("sign-in", API_AUDIENCE="api://other")
    assert (status, "AADSTS500011" in printed, "API_AUDIENCE" in printed) == (1, True, True)


async def test_no_token_goes_where_others_could_read_it(desk: Desk) -> None:
    """An address without TLS elsewhere gets none."""
    with browser_of(desk.entra.tenant.user(ADMIN).id):
        status, printed = await desk.run("sign-in", PORTAL_BASE_URL="http://mfa.contoso.example")
    assert (status, "https" in printed) != (0, True)
    assert not desk.file.exists()
