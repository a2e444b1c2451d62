"""Makes the mutants of a module: copies of its syntax tree with one small mistake each.

Mistakes are those that people make: and for or, plus for minus, a bound that is one off, a negation
that is missing, another constant or default, a result or a call that was forgotten. Docstrings,
annotations, imports and decorators stay as they are.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Continue: ast.Break,
    ast.Break: ast.Continue,
}
# What a changed operator or constant already covers needs no negation of its own.
_COVERED = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)
_LEFT_ALONE = {"annotation", "returns", "decorator_list"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake in one module.

    Attributes:
        path: the module's file.
        lines: the lines of the statement or expression that the mistake is in.
        told: what was changed, for people.
        source: the module with the mistake; without comments, and on other lines.
    """

    path: Path
    lines: range
    told: str
    source: str

    @property
    def module(self) -> str:
        """The name that the module is imported by."""
        return ".".join(self.path.with_suffix("").parts)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node hangs in its tree, with the nearest node around it that has line numbers."""

    owner: ast.AST
    field: str
    index: int | None
    located: ast.expr | ast.stmt

    def put(self, node: ast.AST) -> None:
        """Hang another node here."""
        if self.index is None:
            setattr(self.owner, self.field, node)
        else:
            getattr(self.owner, self.field)[self.index] = node


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file.

    Args:
        path: the file; it is read, and never written.
    """
    tree = ast.parse(path.read_text(), str(path))
    for place, node in list(_places(tree)):
        for replacement in _replacements(place, node):
            before = ast.unparse(place.located)
            place.put(replacement)
            after = ast.unparse(place.located if place.located is not node else replacement)
            source = ast.unparse(tree)
            place.put(node)
            located = place.located
            lines = range(located.lineno, (located.end_lineno or located.lineno) + 1)
            yield Mutant(path, lines, f"{_short(before)}  →  {_short(after)}", source)


def _short(source: str) -> str:
    first, _, rest = source.partition("\n")
    return first[:96] + ("…" if rest or len(first) > 96 else "")


def _places(
    node: ast.AST, around: ast.expr | ast.stmt | None = None
) -> Iterator[tuple[_Place, ast.AST]]:
    if isinstance(node, ast.expr | ast.stmt):
        around = node
    for field, value in ast.iter_fields(node):
        if field in _LEFT_ALONE:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_left_alone(child):
                continue
            located = child if isinstance(child, ast.expr | ast.stmt) else around
            if located is not None:
                yield (
                    _Place(node, field, index if isinstance(value, list) else None, located),
                    child,
                )
            yield from _places(child, around)


def _is_left_alone(node: ast.AST) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.Import | ast.ImportFrom)


def _replacements(place: _Place, node: ast.AST) -> Iterator[ast.AST]:
    if swapped := SWAPS.get(type(node)):
        yield swapped()
    match node:
        case ast.Constant():
            yield from _constants(node.value)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Expr(value=ast.Call() | ast.Await()):
            yield ast.Pass()
    if not isinstance(node, ast.expr):
        return
    owner = place.owner
    if place.field in {"test", "ifs"} and not isinstance(node, _COVERED):
        yield ast.UnaryOp(ast.Not(), node)
    is_result = isinstance(owner, ast.Return)
    is_default = isinstance(owner, ast.AnnAssign) and place.field == "value"
    if (is_result or is_default) and not isinstance(node, ast.Constant):
        yield ast.Constant(None)
    if is_default and isinstance(node, ast.Constant) and node.value is None:
        yield ast.Constant(0)


def _constants(value: object) -> Iterator[ast.Constant]:
    match value:
        case bool():
            yield ast.Constant(not value)
        case int() | float():
            yield ast.Constant(value + 1)
        case str():
            yield ast.Constant("" if value else "mutant")
        case bytes():
            yield ast.Constant(b"" if value else b"mutant")
