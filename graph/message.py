"""A mail as Graph takes it when a draft is made."""

import base64

from domain.mail.content import InlineImage, OutgoingMail
from graph.http.answers import Json

SEND_KEY = "String {5b3f0b0e-6f0b-4c0e-9d53-6a1f8f7c2a41} Name mfaSendKey"
"""The extended property with our key. Exchange minds the case of its name, not of its value."""


def draft_json(mail: OutgoingMail, key: str) -> Json:
    """Return the draft of a mail, which carries our key and its images from the first moment."""
    message: Json = {
        "subject": mail.subject,
        "body": {"contentType": "html", "content": mail.html},
        "toRecipients": [{"emailAddress": {"address": mail.to_address, "name": mail.to_name}}],
        "singleValueExtendedProperties": [{"id": SEND_KEY, "value": key}],
    }
    if mail.images:
        # In the same request: a draft is never without them, and no call more is made.
        message["attachments"] = [_attachment(image) for image in mail.images]
    if mail.headers:
        message["internetMessageHeaders"] = [
            {"name": name, "value": value} for name, value in mail.headers.items()
        ]
    return message


def _attachment(image: InlineImage) -> Json:
    """Return an image as Graph takes it; together with the mail it may have 3 MB."""
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": f"{image.content_id}.{image.content_type.partition('/')[2]}",
        "contentType": image.content_type,
        "contentId": image.content_id,
        "isInline": True,
        "contentBytes": base64.b64encode(image.content).decode(),
    }
