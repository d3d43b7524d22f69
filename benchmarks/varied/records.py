"""How a person is written down: slips of the pen, nicknames, vague dates, a moved home, blanks."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from benchmarks.varied.names import NICKNAMES
from benchmarks.varied.people import Person, Population

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MISREAD = (
    ("m", "rn"),
    ("ei", "ie"),
    ("ck", "k"),
    ("ll", "l"),
    ("ph", "f"),
    ("y", "ie"),
    ("th", "t"),
    ("o", "0"),
)
Row = dict[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """How badly records were written: chances per value."""

    missing: float = 0.10
    typo: float = 0.10
    nickname: float = 0.10
    initial: float = 0.03
    swapped: float = 0.02
    other_place: float = 0.05
    date_vague: float = 0.08
    date_slip: float = 0.08
    other_job: float = 0.15
    new_surname: float = 0.02
    accents_lost: float = 0.0


def written(person: Person, wear: Wear, made: Population, rng: random.Random) -> Row:
    first, surname = _names(person, wear, made, rng)
    date = _date(person, wear, rng, vague="{year:04}-01-01" if made.old else "{year:04}")
    place = rng.choice(made.places) if rng.random() < wear.other_place else person.place
    code = person.postcode
    if rng.random() < wear.other_place:
        code = code[:-2] + rng.choice("abdefghj") + rng.choice("abdefghj")
    row: Row = {
        "first_name": first,
        "surname": surname,
        "dob": date,
        "birth_place": typo(place, rng) if rng.random() < wear.typo / 2 else place,
        "postcode": typo(code, rng) if rng.random() < wear.typo / 2 else code,
        "gender": person.sex,
        "occupation": person.second_occupation if rng.random() < wear.other_job else person.occupation,
    }
    for key in row:
        rate = wear.missing * (0.2 if key in {"first_name", "surname"} else 1.0 if key != "gender" else 0.5)
        if rng.random() < rate:
            row[key] = None
    return row


def typo(text: str, rng: random.Random) -> str:
    if len(text) < 3:
        return text
    place = rng.randrange(len(text))
    kind = rng.random()
    letters = "0123456789" if text[place].isdigit() else _LETTERS
    if kind < 0.3:
        return text[:place] + rng.choice(letters) + text[place + 1 :]
    if kind < 0.55:
        return text[:place] + text[place + 1 :]
    if kind < 0.75 and place + 1 < len(text):
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if kind < 0.88:
        return text[:place] + rng.choice(letters) + text[place:]
    found = next(((wrong, right) for wrong, right in _MISREAD if wrong in text), None)
    return text + text[-1] if found is None else text.replace(*found, 1)


def without_accents(text: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return plain.replace("ł", "l").replace("ı", "i").replace("ß", "ss")


def _names(person: Person, wear: Wear, made: Population, rng: random.Random) -> tuple[str, str]:
    first, surname = person.first, person.surname
    if rng.random() < wear.nickname and first in NICKNAMES:
        first = rng.choice(NICKNAMES[first].split())
    if rng.random() < wear.initial:
        first = first[0]
    if rng.random() < wear.new_surname and person.sex == "female":
        surname = made.family()
    if rng.random() < wear.typo:
        first = typo(first, rng)
    if rng.random() < wear.typo:
        surname = typo(surname, rng)
    if rng.random() < wear.swapped:
        first, surname = surname, first
    if rng.random() < wear.accents_lost:
        first, surname = without_accents(first), without_accents(surname)
    return first, surname


def _date(person: Person, wear: Wear, rng: random.Random, *, vague: str) -> str:
    year, month, day = person.year, person.month, person.day
    if rng.random() < wear.date_slip:
        year, month, day = rng.choice(
            (
                (year + rng.choice((-1, 1, 10, -10)), month, day),
                (year, day, month),
                (year, month, max(1, min(28, day + rng.choice((-1, 1, 10, -10))))),
                (year, rng.randint(1, 12), day),
            )
        )
    return vague.format(year=year) if rng.random() < wear.date_vague else f"{year:04}-{month:02}-{day:02}"
