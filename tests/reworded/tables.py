"""Replacing texts by their keys: tables of ``texts.py``, catalogues of mails and pages.

Covered are

- every table of a module ``texts.py``: a dictionary at module level whose name is in capitals,
- every sentence of the catalogues (``templates/languages/*.toml``), but for the forms of dates and
  the titles of pages: these are the seed's names of the pages, by which tests tell them apart.

Placeholders stay, so that what is filled in can still be found.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

NOT_THE_PRODUCT = {"tests", "simulated_tenant"}


def reword(tree: Path) -> dict[str, int]:
    """Replace the texts of a copy of the tree, and return how many there were in each file."""
    counts: dict[str, int] = {}
    for path in sorted(tree.rglob("texts.py")):
        if path.relative_to(tree).parts[0] not in NOT_THE_PRODUCT:
            counts[str(path.relative_to(tree))] = _write(path, *reworded_module(path.read_text()))
    for path in sorted((tree / "templates" / "languages").glob("*.toml")):
        counts[str(path.relative_to(tree))] = _write(
            path, *reworded_catalogue(path.read_text(), path.stem)
        )
    return counts


def _write(path: Path, text: str, count: int) -> int:
    path.write_text(text)
    return count


def tables(module: ast.Module) -> dict[str, ast.Dict]:
    """Return the tables of a module by their names."""
    found = {}
    for statement in module.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as table)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() as table)
            ) if name.isupper():
                found[name] = table
    return found


def reworded_module(source: str) -> tuple[str, int]:
    """Return a module whose tables say their keys, and how many texts they hold."""
    module = ast.parse(source)
    count = 0
    for name, table in tables(module).items():
        for place, (key, value) in enumerate(zip(table.keys, table.values, strict=True)):
            text = value.value if isinstance(value, ast.Constant) else None
            if key is None or not isinstance(text, str):
                raise TypeError(f"{name} holds something else than keys and texts")
            said = f"{name} {_key(key)} {_placeholders(text)}".strip()
            table.values[place] = ast.Constant(said)
            count += 1
    return ast.unparse(module) + "\n", count


def reworded_catalogue(source: str, language: str) -> tuple[str, int]:
    """Return a catalogue whose sentences are their keys, and how many there are."""
    lines, count = [], 0
    for section, entries in _tables_of(tomllib.loads(source)):
        lines.append(f"[{section}]")
        for key, value in entries.items():
            said = [
                f"{language} {section} {key} {number} {_placeholders(one)}".strip()
                for number, one in enumerate([value] if isinstance(value, str) else value)
            ]
            count += len(said)
            if section == "dates" or key == "title":
                said = [value]
            quoted = [f'"{one}"' for one in said]
            shown = quoted[0] if isinstance(value, str) else f"[{', '.join(quoted)}]"
            lines.append(f"{key} = {shown}")
    return "\n".join(lines) + "\n", count


def _tables_of(catalogue: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the sections, and those within them under both names."""
    for section, entries in catalogue.items():
        yield section, {k: value for k, value in entries.items() if not isinstance(value, dict)}
        for key, forms in entries.items():
            if isinstance(forms, dict):
                yield f"{section}.{key}", forms


def _key(key: ast.expr) -> str:
    return str(key.value) if isinstance(key, ast.Constant) else ast.unparse(key)


def _placeholders(text: str) -> str:
    """Return the placeholders of a text, each as it was written."""
    found = []
    for _, name, form, conversion in Formatter().parse(text):
        if name is not None:
            how = (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            found.append("{" + name + how + "}")
    return " ".join(found)
