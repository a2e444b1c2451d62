"""People whose names, reasons and batches are attacks, for every page that shows them."""

from html import escape

from domain.records.enrolment import EnrolmentRecord
from tests.database.values import person

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("https://evil.example";"click")'
TURNED = "\u202egnp.exe"


def hostile(number: int = 66, **values: object) -> EnrolmentRecord:
    """Return somebody of whom every text is hostile."""
    usual = {
        "display_name": f"{SCRIPT}{TURNED}",
        "upn": f"{SCRIPT}@contoso.com",
        "mail": FORMULA,
        "department": FORMULA,
        "batch_id": f"+{SCRIPT}",
        "manager_upn": f"@{SCRIPT}",
        "problem": f"-{SCRIPT}",
        "language": "\t=1+1",
    }
    return person(number, **{**usual, **values})


def is_harmless(page: str) -> bool:
    """Say whether nothing of it is markup in a page."""
    return SCRIPT not in page and escape(SCRIPT) in page
