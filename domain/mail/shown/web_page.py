"""A mail's HTML as a page of its own: browsers know no images that come beside it."""

from base64 import b64encode

from domain.mail.content import OutgoingMail, RenderedMail


def web_page(mail: RenderedMail | OutgoingMail) -> str:
    """Return the HTML with the images in it that the mail brings along."""
    html = mail.html
    for image in mail.images:
        data = b64encode(image.content).decode()
        html = html.replace(f"cid:{image.content_id}", f"data:{image.content_type};base64,{data}")
    return html
