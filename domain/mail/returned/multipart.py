"""Puts a report together again whose parts Exchange gives one by one."""

from collections.abc import Iterable


def multipart(parts: Iterable[tuple[str, bytes]], *, boundary: str) -> bytes:
    """Return parts, each with its media type, as the MIME of one report.

    The boundary must stand in none of them.
    """
    written = [
        f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n".encode() + content + b"\r\n"
        for kind, content in parts
    ]
    head = f'Content-Type: multipart/report; boundary="{boundary}"\r\n\r\n'
    return head.encode() + b"".join(written) + f"--{boundary}--\r\n".encode()
