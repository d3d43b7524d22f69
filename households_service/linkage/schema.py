"""What the columns of a file mean: the only thing a person has to say before two files can be linked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from chassis.errors import InvalidInput, NotFound
from households_service.linkage.normal.date_order import Order


class LinkSchemaMalformed(InvalidInput):
    code = "LINK_SCHEMA_MALFORMED"


class LinkSchemaMissing(NotFound):
    code = "LINK_SCHEMA_MISSING"


class FieldKind(StrEnum):
    ID = "id"
    GIVEN_NAME = "given name"
    FAMILY_NAME = "family name"
    FULL_NAME = "full name"
    DATE_OF_BIRTH = "date of birth"
    YEAR = "year"
    PLACE = "place"
    POSTCODE = "postcode"
    PHONE = "phone"
    SEX = "sex"
    OCCUPATION = "occupation"
    HOUSEHOLD = "household"
    FREE_TEXT = "free text"
    NUMBER = "number"
    CATEGORY = "category"


NAME_KINDS = frozenset({FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME, FieldKind.FULL_NAME})
_ONCE = NAME_KINDS | {FieldKind.DATE_OF_BIRTH, FieldKind.HOUSEHOLD}
_OTHER_WORDS = {
    "name": FieldKind.FULL_NAME,
    "first name": FieldKind.GIVEN_NAME,
    "forename": FieldKind.GIVEN_NAME,
    "last name": FieldKind.FAMILY_NAME,
    "surname": FieldKind.FAMILY_NAME,
    "birth date": FieldKind.DATE_OF_BIRTH,
    "dob": FieldKind.DATE_OF_BIRTH,
    "birth year": FieldKind.YEAR,
    "year of birth": FieldKind.YEAR,
    "id number": FieldKind.ID,
    "gender": FieldKind.SEX,
    "village": FieldKind.PLACE,
    "address": FieldKind.FREE_TEXT,
    "text": FieldKind.FREE_TEXT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkField:
    """One thing known of a person, and the column that holds it in the left and in the right file."""

    kind: FieldKind
    left: str
    right: str
    order: Order | None = None
    """Of a date: what stands first in 03/04/1960; None: the column itself is asked."""
    right_order: Order | None = None

    @property
    def name(self) -> str:
        return self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSchema:
    fields: tuple[LinkField, ...]
    id_left: str | None = None
    """Column that names a row of the left file in the output; None: its number, counted from 1 without the header."""
    id_right: str | None = None
    one_to_one: bool = False
    """Does each file name a person at most once? Then a row is linked to one row at most."""
    target_precision: float | None = None
    """Least expected share of right links among the automatic ones; None: the best balance with recall."""

    def __post_init__(self) -> None:
        if not self.fields:
            raise LinkSchemaMalformed("[columns] names no column; a person needs at least one.", field="columns")
        kinds = [field.kind for field in self.fields]
        for kind in _ONCE:
            if kinds.count(kind) > 1:
                raise LinkSchemaMalformed(f"More than one column is a {kind.value}; keep the best.", field="columns")
        if self.target_precision is not None and not 0.5 <= self.target_precision < 1:
            raise LinkSchemaMalformed("target_precision must lie from 0.5 to below 1.", field="target_precision")

    def columns(self, *, right: bool) -> tuple[str, ...]:
        return tuple(field.right if right else field.left for field in self.fields)


def load_schema(path: Path) -> LinkSchema:
    """The schema in a TOML file; whatever is wrong is refused by the name of its key."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise LinkSchemaMissing(f"There is no schema {path.name}.", field="schema") from None
    except (OSError, UnicodeDecodeError) as failure:
        raise LinkSchemaMalformed(f"{path.name} cannot be read as UTF-8 text.", field="schema") from failure
    except tomllib.TOMLDecodeError as failure:
        hint = 'A column name with blanks, accents or signs stands in quotes: "Full name" = "full name".'
        raise LinkSchemaMalformed(f"{path.name} is no TOML: {failure}. {hint}", field="schema") from failure
    return parse_schema(content)


def parse_schema(content: dict[str, object]) -> LinkSchema:
    _known(content, {"columns", "id", "one_to_one", "target_precision"}, "")
    columns = content.get("columns")
    if not isinstance(columns, dict):
        raise LinkSchemaMalformed("[columns] is missing: it says what kind each column is.", field="columns")
    id_left, id_right = _row_id(content.get("id"))
    one_to_one = content.get("one_to_one", False)
    if not isinstance(one_to_one, bool):
        raise LinkSchemaMalformed("one_to_one must be true or false.", field="one_to_one")
    target = content.get("target_precision")
    if target is not None and (isinstance(target, bool) or not isinstance(target, int | float)):
        raise LinkSchemaMalformed("target_precision must be a number.", field="target_precision")
    return LinkSchema(
        fields=tuple(_field(str(column), wanted) for column, wanted in columns.items()),
        id_left=id_left,
        id_right=id_right,
        one_to_one=one_to_one,
        target_precision=None if target is None else float(target),
    )


def _field(column: str, wanted: object) -> LinkField:
    key = f"columns.{column}"
    if isinstance(wanted, dict):
        _known(wanted, {"kind", "right", "order", "right_order"}, f"{key}.")
        right = wanted.get("right", column)
        if not isinstance(right, str) or not right:
            raise LinkSchemaMalformed(f"{key}.right must be a column's name.", field=f"{key}.right")
        kind = _kind(wanted.get("kind"), key)
        order, right_order = (_order(wanted, kind, key, word) for word in ("order", "right_order"))
        return LinkField(kind=kind, left=column, right=right, order=order, right_order=right_order or order)
    return LinkField(kind=_kind(wanted, key), left=column, right=column)


def _kind(word: object, key: str) -> FieldKind:
    if not isinstance(word, str):
        raise LinkSchemaMalformed(f"{key} needs a kind, such as {FieldKind.FULL_NAME.value!r}.", field=key)
    plain = " ".join(word.replace("_", " ").replace("-", " ").casefold().split())
    try:
        return _OTHER_WORDS.get(plain) or FieldKind(plain)
    except ValueError:
        near = get_close_matches(plain, [*FieldKind, *_OTHER_WORDS], n=1)
        hint = f" Did you mean {str(near[0])!r}?" if near else f" Known: {', '.join(FieldKind)}."
        raise LinkSchemaMalformed(f"{key}: {plain!r} is no kind.{hint}", field=key) from None


def _order(wanted: dict[str, object], kind: FieldKind, key: str, word: str) -> Order | None:
    stated = wanted.get(word)
    if stated is None:
        return None
    if kind is not FieldKind.DATE_OF_BIRTH:
        raise LinkSchemaMalformed(f"{key}.{word}: only a date of birth has an order.", field=f"{key}.{word}")
    if stated not in set(Order):
        known = " or ".join(f'"{order}"' for order in Order)
        raise LinkSchemaMalformed(f"{key}.{word} must be {known}.", field=f"{key}.{word}")
    return Order(str(stated))


def _row_id(wanted: object) -> tuple[str | None, str | None]:
    if wanted is None:
        return None, None
    if isinstance(wanted, str) and wanted:
        return wanted, wanted
    if isinstance(wanted, dict):
        _known(wanted, {"left", "right"}, "id.")
        sides = tuple(wanted.get(side) for side in ("left", "right"))
        if all(side is None or (isinstance(side, str) and side) for side in sides):
            return sides[0], sides[1]
    raise LinkSchemaMalformed('id must be a column\'s name, or {left = "...", right = "..."}.', field="id")


def _known(section: dict[str, object], known: set[str], prefix: str) -> None:
    for key in section:
        if key not in known:
            near = get_close_matches(key, sorted(known), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise LinkSchemaMalformed(f"{prefix}{key} is no key of a schema.{hint}", field=f"{prefix}{key}")
