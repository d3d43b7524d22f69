"""Finds the error codes in the source text, however they are given: by a class, by a call, as data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("chassis", "gateway", "households_service", "employment_service", "risk_service", "holdfast")
CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
# Calls that are given a code as a positional argument.
REFUSING = frozenset({"refuse", "refusal_response"})
# Where a constant called like its own value is the code of a row's issue.
ROWS = ("households_service/imports", "households_service/feeds", "households_service/files")
# Reasons handed to a person as codes: the members of this enum, and what is appended in this function.
REASON_ENUMS = frozenset({"WhyNot"})
REASON_FUNCTIONS = frozenset({"shortcomings"})


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """`code` is a pattern where part of it is computed. `place` is a package and its slice or room."""

    package: str
    code: str
    place: str
    is_pattern: bool = False

    def names(self, code: str) -> bool:
        return re.fullmatch(self.code, code) is not None if self.is_pattern else self.code == code


@cache
def found_codes() -> frozenset[Found]:
    """Reads every file of the product: called by the tests that ask, not when they are collected."""
    return frozenset(found for package in PACKAGES for path in _rooms(package) for found in _codes_of(package, path))


def words_of(package: str) -> set[str]:
    """Every text and every name of a class member in a package: a code that is not among them is gone."""
    words: set[str] = set()
    for path in _rooms(package):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            elif isinstance(node, ast.ClassDef):
                words |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    return words


def _rooms(package: str) -> Iterator[Path]:
    for path in sorted((ROOT / package).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _codes_of(package: str, path: Path) -> Iterator[Found]:
    inside = path.relative_to(ROOT)
    place = "/".join(inside.with_suffix("").parts[:2])
    tree = tree_of(path)
    for node in ast.walk(tree):
        for text in _given(node):
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and CODE.fullmatch(text.value):
                yield Found(package, text.value, place)
            elif isinstance(text, ast.JoinedStr) and (pattern := _pattern(text)):
                yield Found(package, pattern, place, is_pattern=True)
        if isinstance(node, ast.ClassDef) and node.name in REASON_ENUMS:
            for statement in node.body:
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                    yield Found(package, statement.targets[0].id, place)
    if str(inside).startswith(ROWS):
        for statement in tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)) if name == value:
                    yield Found(package, name, place)


def _given(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that stand where a code is expected."""
    match node:
        case ast.ClassDef(body=body):
            yield from _of_class(body)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            if name in REFUSING:
                # The first of them: a message may be one shouted word, a code never comes after it.
                codes = [argument for argument in node.args if _looks_like_a_code(argument)]
                yield from codes[:1]
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "code")
        case ast.Dict():
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "code":
                    yield value
        case ast.FunctionDef(name=name) if name in REASON_FUNCTIONS:
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "append":
                    yield from call.args


def _of_class(body: list[ast.stmt]) -> Iterator[ast.expr]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="code")], value=value):
                yield value
            case ast.AnnAssign(target=ast.Name(id="code"), value=ast.expr() as value):
                yield value


def _looks_like_a_code(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return bool(_pattern(node))
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value) is not None


def _pattern(text: ast.JoinedStr) -> str:
    """A regular expression for an f-string made of capitals; empty for any other."""
    parts = [
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None for part in text.values
    ]
    fixed = "".join(part for part in parts if part is not None)
    if not fixed or not re.fullmatch(r"[A-Z0-9_]+", fixed):
        return ""
    return "".join("[A-Z0-9_]+" if part is None else re.escape(part) for part in parts)
