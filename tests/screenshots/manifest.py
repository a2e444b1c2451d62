"""What the pictures were taken of: the hash of everything that makes the portal's looks."""

import json
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
MANIFEST = PICTURES / "manifest.json"
TEMPLATES = ROOT / "templates" / "portal"


def hash_of_templates() -> str:
    """Return the hash over the names and contents of all files of the portal's templates."""
    whole = sha256()
    for file in sorted(TEMPLATES.rglob("*")):
        if file.is_file():
            name = file.relative_to(TEMPLATES).as_posix()
            whole.update(f"{name} {sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def pictures() -> dict[str, str]:
    """Return the hash of each picture by its name."""
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in PICTURES.glob("*.png")}


def read() -> dict[str, object]:
    """Return the manifest as it was written with the pictures."""
    said: dict[str, object] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return said


def current() -> dict[str, object]:
    """Return the manifest of the templates and pictures as they are now."""
    return {"templates": hash_of_templates(), "pictures": dict(sorted(pictures().items()))}


def write() -> None:
    """Write the manifest beside the pictures that were taken just now."""
    MANIFEST.write_text(json.dumps(current(), indent=2) + "\n", encoding="utf-8")
