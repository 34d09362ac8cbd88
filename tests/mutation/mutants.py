"""Mutants of a source file: one small change each, of the kind that a slip of the pen makes.

Comparisons lean the other way, `and` and `or` change places, conditions are turned round, calls for their effect are
left out, numbers are off by one, True and False change places. Words are left alone: what a message says is no rule.
"""

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from types import CodeType

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}


@dataclass(frozen=True)
class Mutant:
    """A file with one change."""

    line: int
    """Where."""
    what: str
    """The change, in words."""
    tree: ast.Module
    """The whole file; every line keeps its number."""

    @property
    def source(self) -> str:
        """The file as text."""
        return ast.unparse(self.tree)

    def code(self, file: str) -> CodeType:
        """The file compiled."""
        return compile(self.tree, file, "exec")


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its lines."""
    tree = ast.parse(source)
    quiet = _quiet(tree)
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in quiet:
            continue
        for variant in range(_variants(node)):
            copy = deepcopy(tree)
            target = list(ast.walk(copy))[number]
            what = _change(target, variant)
            line = getattr(node, "lineno", 0)
            yield Mutant(line, what, ast.fix_missing_locations(copy))


def _quiet(tree: ast.AST) -> set[int]:
    """Nodes that are not changed: annotations, docstrings, f-strings, asserts, decorators, and calls that only tell."""
    quiet: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            parts += [node.args, *node.decorator_list, *([node.returns] if node.returns else [])]
        elif isinstance(node, ast.ClassDef):
            parts += node.decorator_list
        elif isinstance(node, ast.AnnAssign):
            parts.append(node.annotation)
        elif isinstance(node, ast.JoinedStr | ast.Assert) or _tells(node):
            parts.append(node)
        quiet |= {id(inner) for part in parts for inner in ast.walk(part)}
    return quiet


def _tells(node: ast.AST) -> bool:
    """Whether it is a docstring, or a call that only tells somebody."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("reach", "log.error", "log.warning")


def _variants(node: ast.AST) -> int:
    """In how many ways a node may be changed."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            return 1
        case ast.BoolOp():
            return 1 + len(node.values)
        case ast.If() | ast.IfExp() | ast.UnaryOp(op=ast.Not()):
            return 1
        case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
            return 1
        case ast.Constant(value=value) if isinstance(value, bool | int | float):
            return 1
        case ast.Expr(value=ast.Call(func=func)) if ast.unparse(func) != "reach":
            return 1
        case ast.Expr(value=ast.Await()):
            return 1
        case _:
            return 0


def _change(node: ast.AST, variant: int) -> str:
    """Change a node in place; says how."""
    was = ast.unparse(node).split("\n")[0][:70]
    match node:
        case ast.Compare():
            node.ops = [_COMPARISONS[type(node.ops[0])]()]
        case ast.BoolOp() if variant == 0:
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.BoolOp():
            del node.values[variant - 1]
            if len(node.values) == 1:
                node.values.append(deepcopy(node.values[0]))
        case ast.If() | ast.IfExp():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.UnaryOp():
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
        case ast.BinOp():
            node.op = _ARITHMETIC[type(node.op)]()
        case ast.Constant():
            node.value = (not node.value) if isinstance(node.value, bool) else node.value + 1  # type: ignore[operator]
        case ast.Expr():
            node.value = ast.Constant(None)
    return f"{was} -> {ast.unparse(node).split(chr(10))[0][:70]}"
