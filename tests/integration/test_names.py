"""A name as bad as names get, followed through everything that shows it."""

from html import unescape

from temporalio.api.sdk.v1 import WorkflowMetadata

from activities.texts import PEOPLE
from client.story.texts import STEPS, Told
from domain.identifiers import enrolment_workflow_id
from domain.plain_text import beginning
from tests.integration.conftest import REHEARSAL
from tests.support.deadline import IN_ENGLISH
from tests.support.eventually import eventually
from tests.support.product import Product, links

FAMILY = "👩\u200d👩\u200d👧"
NAME = f'Zoë "Z" <script>alert(1)</script>\r\nBcc: all(at)x.example \u202eevil\x1b[31m {FAMILY} *B*'
# In one line, without what turns the direction or speaks to a terminal; all else as typed.
SHOWN = f'Zoë "Z" <script>alert(1)</script> Bcc: all(at)x.example evil [31m {FAMILY} *B*'
MARKDOWN_FREE = r"\*B\*"
HARMFUL = ("\r", "\x1b", "\u202e")


async def test_a_hostile_name_does_no_harm_anywhere(rehearsal: Product) -> None:
    """Subject, body, list, page, Temporal's fields and `show` hold it as text; no log has it."""
    zoe = await rehearsal.add_person(
        "zoe.names", displayName=NAME, department="R&D <b>\n\u202eIT</b>"
    )
    await rehearsal.import_people(zoe, batch_id="names")
    row = await rehearsal.row_with(zoe, InviteStatus="Sent")
    assert row["DisplayName_"] == SHOWN
    assert row["Department"] == "R&D <b> IT</b>"
    assert (row.get("ErrorDetails") or "") == ""

    (mail,) = [
        mail
        for mail in await rehearsal.mails(REHEARSAL)
        if links(mail).get("enrol", "").endswith(row["TrackingToken"])
    ]
    assert mail["subject"] == (
        f"[for {SHOWN}] {SHOWN}, please set up MFA at Contoso before {IN_ENGLISH}"
    )
    assert "<script" not in mail["html"]
    assert f"<bdi>{SHOWN}</bdi>" in unescape(mail["html"])

    page = await rehearsal.public.get(links(mail)["enrol"])
    assert "Zo" not in page.text
    assert "zoe.names" not in page.text

    handle = rehearsal.temporal.get_workflow_handle(enrolment_workflow_id(row["ObjectId"]))
    described = await handle.describe()
    summary = await described.static_summary() or ""
    metadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    for text in (summary, metadata.current_details):
        assert "script" in text
        assert "<script" not in text.replace("\\<", "")
        assert MARKDOWN_FREE in text
        assert "\u202e" not in text
        assert "\x1b" not in text
    assert "\n" not in summary

    async def told() -> str:
        status, story = await rehearsal.run("show", zoe, "--history")
        return story if status == 0 and beginning(STEPS[Told.STARTED]) in story else ""

    story = await eventually(told)
    who = PEOPLE["named"].format(name=SHOWN, user_principal_name=zoe)
    assert STEPS[Told.STARTED].format(who=who) in story
    status, shown = await rehearsal.run("show", zoe)
    assert status == 0
    assert SHOWN in shown
    for printed in (story, shown):
        assert not [c for c in HARMFUL if c in printed]

    for name in ("worker.log", "API.log"):
        log = (rehearsal.layout.folder / name).read_text(errors="replace")
        for secret in ("alert(1)", "zoe.names", row["TrackingToken"]):
            assert secret not in log, name
