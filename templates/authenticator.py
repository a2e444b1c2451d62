"""Where Microsoft Authenticator is to be had: its two stores, as links and as QR codes."""

import io
from dataclasses import dataclass
from functools import cache

import segno
from markupsafe import Markup

# Modules around a code that scanners need (ISO/IEC 18004).
_QUIET_ZONE = 4
# Pixels of a module in a mail's image: shown at half of that, it is sharp on dense screens, too.
_SCALE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store of apps. ``name`` is a key of the catalogue's section ``app``."""

    name: str
    url: str

    @property
    def svg(self) -> Markup:
        """The code of its page for a page of ours: dark on white, whatever is around it."""
        return _svg(self.url)

    @property
    def png(self) -> bytes:
        """The code of its page for a mail: mail programs show no SVG."""
        return _png(self.url)

    @property
    def png_width(self) -> int:
        """The width, and height, at which the image is shown."""
        return int(_code(self.url).symbol_size(scale=_SCALE, border=_QUIET_ZONE)[0]) // 2


# The pages of the app by Microsoft Corporation. They hold nothing of the reader.
STORES = (
    Store(
        name="app_store",
        url="https://apps.apple.com/app/microsoft-authenticator/id983156458",
    ),
    Store(
        name="google_play",
        url="https://play.google.com/store/apps/details?id=com.azure.authenticator",
    ),
)


@cache
def _code(url: str) -> segno.QRCode:
    return segno.make(url, error="l", micro=False)


@cache
def _svg(url: str) -> Markup:
    # Segno writes nothing of the URL into the picture but its modules.
    return Markup(  # noqa: S704
        _code(url).svg_inline(
            border=_QUIET_ZONE,
            dark="#000",
            light="#fff",
            omitsize=True,
            svgclass=None,
            lineclass=None,
        )
    )


@cache
def _png(url: str) -> bytes:
    image = io.BytesIO()
    _code(url).save(image, kind="png", scale=_SCALE, border=_QUIET_ZONE)
    return image.getvalue()
