"""What the tests of mail share: a good message, and the steps from draft to sent."""

import base64
from typing import Any

import httpx

BOX = "/users/mfa@contoso.example"
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
KEY = "String {00020329-0000-0000-C000-000000000046} Name mfaSendKey"
BY_KEY = f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq 'k-1')"
FILE = {
    "@odata.type": "#microsoft.graph.fileAttachment",
    "name": "logo.png",
    "contentType": "image/png",
    "contentId": "logo",
    "isInline": True,
    "contentBytes": base64.b64encode(b"a picture").decode(),
}


def mail(**changes: Any) -> dict[str, Any]:
    """A good message to Ann, and what is to be different."""
    message = {
        "subject": "Hello",
        "body": {"contentType": "HTML", "content": "<p>Hello <b>Ann</b></p>"},
        "toRecipients": [{"emailAddress": {"address": "ann@contoso.example", "name": "Ann"}}],
        "internetMessageHeaders": [{"name": "X-Kind", "value": "invitation"}],
        "singleValueExtendedProperties": [{"id": KEY, "value": "k-1"}],
    }
    return message | changes


async def draft(graph: httpx.AsyncClient, **changes: Any) -> str:
    """Create a draft and return its immutable id."""
    response = await graph.post(f"{BOX}/messages", json=mail(**changes), headers=IMMUTABLE)
    assert response.status_code == 201, response.text
    assert response.json()["isDraft"] is True
    return str(response.json()["id"])


async def send(graph: httpx.AsyncClient, message_id: str) -> httpx.Response:
    """Send a draft."""
    return await graph.post(f"{BOX}/messages/{message_id}/send", headers=IMMUTABLE)
