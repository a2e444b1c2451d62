"""An admin's first week, and a day of the helpdesk's and of a reader's, at a running product."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect
from python_calamine import CalamineWorkbook

from domain.identifiers import BOUNCE_SCHEDULE_ID
from domain.tables.audit import AuditAction
from tests.browser.conftest import PATIENCE_MS, OpenWindow
from tests.browser.portal.import_steps import CORRECTED, RIGHT, import_people
from tests.browser.portal.week import Person, rows_of
from tests.support.eventually import eventually
from tests.support.product import Product, running_product

pytestmark = [pytest.mark.long, pytest.mark.wording]

ADMIN, HELPDESK, READER = "Ada Admin", "Hugo Helpdesk", "Rita Reader"
FORBIDDEN, FORWARDED = 403, 303


@pytest.fixture(scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start everything; a day lasts five minutes, and nobody in the tenant acts by themselves."""
    folder = tmp_path_factory.mktemp("week")
    async with running_product(folder, day_seconds=300, ANSWER_WITHIN="60s") as product:
        await product.start_worker()
        # Mail to her comes back: she has no mailbox.
        await product.add_person("nora.lost", displayName="Nora Lost", mail=None)
        yield product


async def _is_well(ada: Person) -> None:
    """Open the page on health until a worker has reported itself: then nothing is wrong."""
    processes = ada.page.get_by_role("region", name="Processes of the last week")

    async def has_worker() -> bool:
        await ada.follow("Health")
        return "Worker" in await processes.inner_text()

    await eventually(has_worker)
    await expect(ada.page.get_by_text("have found nothing wrong")).to_be_visible()


async def _helps_one(ada: Person, product: Product) -> None:
    """Read why somebody got no mail; pause, resume and write to somebody else."""
    page = ada.page

    async def is_told() -> bool:
        await product.come_round(BOUNCE_SCHEDULE_ID)
        await page.reload()
        return bool(await page.get_by_text("Mail to this person was returned").count())

    await ada.find("a.los", "Nora Lost")
    await eventually(is_told)
    await ada.find("jack.fr", "Jack Frost")
    await product.mail("jack.frost@contoso.example")
    assert "Paused" in await ada.ask("Pause", "is on leave until Monday")
    await expect(page.get_by_text("is on leave until Monday").first).to_be_visible()
    assert "Resumed" in await ada.ask("Resume", "is back")
    assert "new link" in await ada.ask("Send a new link", "has lost the mail")
    await product.mail("jack.frost@contoso.example", 2)
    await expect(page.get_by_text("+44 20 7946")).to_be_visible()
    await page.get_by_role("button", name="Compare with the list now").click()
    await ada.is_at("List item of Jack Frost")
    await expect(page.get_by_text("was read just now")).to_be_visible()


async def _tries_a_mail(ada: Person, product: Product) -> None:
    """Have a mail with sample names sent to oneself: a worker sends it, and the page says so."""
    await ada.open("/mails/invitation/1/en")
    # By key: right after a page was scrolled, a click may go to the mail's frame, which is another
    # process of the browser.
    await ada.page.get_by_role("button", name="Send it to me").press("Enter")
    assert "was sent to your address" in await ada.said(".good")
    assert "Ada Lovelace" in (await product.mail("admin@contoso.example"))["html"]


async def _bulk(ada: Person, action: str, reason: str) -> None:
    """Ask something for everybody of a batch: look whom it meets, then do it, to its report."""
    page = ada.page
    await ada.open("/people?batch=week-1-corrected")
    await expect(page.locator("#people a.person")).to_have_count(len(CORRECTED))
    await page.locator("select[name=scope]").select_option("all")
    await page.locator("select[name=action]").select_option(label=action)
    await page.get_by_role("button", name="Show who is affected").click()
    await ada.is_at(f"{action}: {len(CORRECTED)} people")
    await expect(page.locator(".lead")).to_contain_text(f"{len(CORRECTED)} will be asked")
    await page.get_by_label("Reason").fill(reason)
    await page.get_by_role("button", name=action).click()
    await ada.is_at(action)
    await expect(page.locator("#progress .notice.good")).to_be_visible(timeout=PATIENCE_MS)
    number = str(len(CORRECTED))
    await expect(page.locator("#progress dd")).to_have_text([number])


async def _stops_mail(ada: Person) -> None:
    """Stop all mail: every page says so, and by whom, until it is started again."""
    banner = ada.page.locator(".banner")
    await ada.follow("Mails")
    await ada.ask("Stop all mail", "phishing alarm")
    for section in await ada.sections():
        await ada.follow(section)
        await expect(banner).to_contain_text("phishing alarm")
        await expect(banner).to_contain_text(ADMIN)
    await ada.find("emma", "Emma Wilson")
    said = await ada.ask("Send a new link", "asked on the phone")
    assert "not yet" in said
    assert "phishing alarm" in said
    await ada.follow("Mails")
    await ada.ask("Start all mail", "false alarm")
    await expect(banner).to_have_count(0)


async def _exports(ada: Person, folder: Path) -> None:
    """Take everybody away as CSV and as a workbook: the same people, in the same order."""
    await ada.follow("People")
    export = ada.page.get_by_text("Export:")
    file = await ada.download(export.get_by_role("link", name="CSV").first, folder)
    names = [next(iter(row.values())) for row in rows_of(file)]
    assert len(names) == len(RIGHT) + len(CORRECTED)
    file = await ada.download(export.get_by_role("link", name="Excel").first, folder)
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[-len(names) :]] == names


async def _audits(ada: Person, folder: Path) -> None:
    """Everything that the admin did is in the log under the admin's name, and the log is whole."""
    page = ada.page
    await ada.follow("Audit")
    link = page.get_by_role("button", name="Download what is shown")
    entries = [row for row in rows_of(await ada.download(link, folder)) if not row["outcome"]]
    assert {row["actor"] for row in entries} == {ADMIN}
    assert sorted(row["action"] for row in entries) == sorted(
        [
            *[AuditAction.IMPORT, AuditAction.RESEND, AuditAction.EXPORT] * 2,
            *(AuditAction.PAUSE, AuditAction.RESUME, AuditAction.BULK_PAUSE),
            *(AuditAction.BULK_RESUME, AuditAction.STOP_MAIL, AuditAction.START_MAIL),
            AuditAction.SEND_TEST_MAIL,
        ]
    )
    await page.get_by_role("button", name="Verify").click()
    assert "whole" in await ada.said(".good")


async def _sends_a_report(ada: Person, product: Product) -> None:
    """Have a report sent by mail, this once, to somebody who never signs in here."""
    boss = await product.add_person("boss")
    await ada.open("/settings/reports")
    form = ada.page.locator("form", has=ada.page.get_by_role("button", name="Add the report"))
    await form.get_by_label("Recipients").fill(boss)
    await form.get_by_label("When").select_option("once")
    await form.get_by_label("Reason").fill("the first week")
    await form.get_by_role("button", name="Add the report").click()
    await ada.said()
    assert (await product.mail(boss))["html"]


async def _signs_out(ada: Person) -> None:
    """Sign out: no page is shown again, neither by its address nor by going back."""
    page = ada.page
    await ada.follow("People")
    await page.get_by_role("button", name="Sign out").click()
    await ada.is_at("You have signed out")
    await page.go_back()
    await expect(page.locator("a.person")).to_have_count(0)
    await ada.open("/people")
    await expect(page.get_by_role("button", name=ADMIN)).to_be_visible()


async def test_an_admins_first_week(product: Product, window: OpenWindow, tmp_path: Path) -> None:
    """From the sign-in to the sign-out, each step by what stands on the page."""
    ada = Person(await window(accept_downloads=True), product)
    await ada.sign_in(ADMIN)
    await _is_well(ada)
    await import_people(ada, tmp_path)
    await _helps_one(ada, product)
    await _bulk(ada, "Pause", "a week of holidays")
    await _bulk(ada, "Resume", "everybody is back")
    await _stops_mail(ada)
    await _tries_a_mail(ada, product)
    await _exports(ada, tmp_path)
    await ada.follow("Needs attention")
    await expect(ada.page.locator("tbody a.person")).to_have_text(["Nora Lost"])
    await _audits(ada, tmp_path)
    await _sends_a_report(ada, product)
    await _signs_out(ada)


async def _person_of(product: Product, who: Person) -> str:
    """Open the page of somebody who is enrolled, and return its path in the portal."""
    upn = "henry.king@contoso.example"
    if not await product.row(upn):
        await product.add_person("henry.king", displayName="Henry King")
        await product.import_people(upn, batch_id="day")
    await product.mail(upn)
    await who.find("henry.k", "Henry King")
    return who.page.url.removeprefix(who.portal)


async def test_the_helpdesks_day(product: Product, window: OpenWindow) -> None:
    """The helpdesk helps one person; what is an admin's isn't offered, and is refused."""
    hugo = Person(await window(), product)
    await hugo.sign_in(HELPDESK)
    assert {"Import", "Audit"}.isdisjoint(await hugo.sections())
    person = await _person_of(product, hugo)
    assert "Paused" in await hugo.ask("Pause", "is ill")
    assert "Resumed" in await hugo.ask("Resume", "is well again")
    assert "new link" in await hugo.ask("Send a new link", "asked for it")
    names = await hugo.page.locator("summary:visible").all_inner_texts()
    assert "Cancel the enrolment" not in names
    await expect(hugo.page.get_by_role("link", name="Erase this person")).to_have_count(0)
    await hugo.follow("Mails")
    await expect(hugo.posting).to_have_count(0)
    await hugo.follow("People")
    await expect(hugo.page.get_by_role("checkbox", name="Choose")).to_have_count(0)
    await expect(hugo.page.get_by_text("Export:")).to_have_count(0)

    refused = {
        f"{person}/cancel": {"reason": "no"},
        f"{person}/erase": {"reason": "no", "confirmation": "henry.king@contoso.example"},
        "/people/bulk": {"scope": "all", "action": "cancel"},
        "/people/bulk/start": {"scope": "all", "action": "cancel", "reason": "no"},
        "/import": {"names": "tom.okafor@contoso.example"},
        "/mails/stop": {"reason": "no"},
        "/audit/verify": {},
    }
    assert {path: await hugo.post(path, form) for path, form in refused.items()} == dict.fromkeys(
        refused, FORBIDDEN
    )
    # What the role includes is let through by the same way: it is the role that is refused.
    assert await hugo.post(f"{person}/pause", {"reason": "a form of another kind"}) == FORWARDED
    assert await hugo.post(f"{person}/resume", {"reason": "as before"}) == FORWARDED


async def test_a_readers_day(product: Product, window: OpenWindow) -> None:
    """A reader sees everything that isn't an admin's, presses nothing, and is refused."""
    rita = Person(await window(), product)
    await rita.sign_in(READER)
    person = await _person_of(product, rita)
    await expect(rita.posting).to_have_count(0)
    sections = await rita.sections()
    assert {"Import", "Audit"}.isdisjoint(sections)
    for section in sections:
        await rita.follow(section)
        if section != "People":
            # There one's own lists are kept under a name.
            await expect(rita.posting).to_have_count(0)
    asked = ("pause", "resume", "resend", "cancel")
    statuses = {one: await rita.post(f"{person}/{one}", {"reason": "no"}) for one in asked}
    assert statuses == dict.fromkeys(asked, FORBIDDEN)
    assert await rita.post("/mails/stop", {"reason": "no"}) == FORBIDDEN
