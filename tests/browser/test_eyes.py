"""The checks on pages and mails can fail."""

from tests.browser.conftest import OpenWindow
from tests.browser.eyes import NOT_OF_MAILS, broken_words, complaints, too_wide


async def test_axe_complains(window: OpenWindow) -> None:
    """Grey on white, an image without a text and a field without a label are found."""
    page = await window()
    await page.set_content(
        "<!doctype html><html lang=en><title>x</title><h1>Bad</h1>"
        "<p style='color: #aaa'>Hardly to be read</p><img src='x.png'><input>"
    )
    found = {complaint.partition(":")[0] for complaint in await complaints(page)}
    assert {"color-contrast", "image-alt", "label", "region"} <= found
    found = {
        complaint.partition(":")[0] for complaint in await complaints(page, without=NOT_OF_MAILS)
    }
    assert "region" not in found


async def test_what_is_too_wide_is_found(window: OpenWindow) -> None:
    """A picture of 400 px in a window of 320 is named."""
    page = await window(viewport={"width": 320, "height": 640})
    await page.set_content("<img width=400 height=10 alt=''>")
    assert "<img" in (await too_wide(page))[0]


async def test_a_word_that_is_broken_within_is_found(window: OpenWindow) -> None:
    """A department's name in two lines is named; an address in two lines is not."""
    page = await window(viewport={"width": 320, "height": 640})
    narrow = "<p style='width: 3em; overflow-wrap: anywhere'>"
    await page.set_content(f"{narrow}Management</p>{narrow}ada@contoso.example</p>")
    assert await broken_words(page) == ["broken within: Management"]
