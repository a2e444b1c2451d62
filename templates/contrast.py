"""An organisation's colour: its full form, and which text can be read on it."""

import re

_FULL = re.compile(r"#[0-9a-fA-F]{6}")
_SHORT = re.compile(r"#[0-9a-fA-F]{3}")


def full_colour(colour: str) -> str:
    """Return a colour as ``#rrggbb``, the only form that Outlook reads in an attribute.

    Raises:
        ValueError: it is written neither as ``#rrggbb`` nor as ``#rgb``. Nothing else may get into
            a mail's style.
    """
    if _SHORT.fullmatch(colour):
        return "#" + "".join(digit * 2 for digit in colour[1:])
    if not _FULL.fullmatch(colour):
        raise ValueError(f"the primary colour {colour!r} is not written as #rrggbb")
    return colour


def readable_on(background: str) -> str:
    """Return white or black, whichever has the higher contrast to a colour (WCAG 2.2, 1.4.3).

    Raises:
        ValueError: it is not a colour.
    """
    digits = full_colour(background)[1:]
    red, green, blue = (_linear(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    # At this luminance white and black have the same contrast, 4.58: one of them always suffices.
    return "#ffffff" if luminance < 0.179 else "#000000"  # noqa: PLR2004


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
