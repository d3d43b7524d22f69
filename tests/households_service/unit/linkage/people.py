"""Invented rows for the linkage tests, from a seed."""

from __future__ import annotations

import random

GIVEN = [
    "mira",
    "tovi",
    "selan",
    "dorik",
    "hana",
    "pelle",
    "juno",
    "astrid",
    "bodil",
    "kasper",
    "lennart",
    "signe",
    "vilho",
    "ottil",
    "ragna",
    "eskil",
]
FAMILY = [
    a + b
    for a in ("hol", "ven", "kar", "sund", "mal", "rost", "fal", "gren", "ost", "lind")
    for b in ("berg", "mark", "vik", "stad", "dal")
]
TOWNS = [a + b for a in ("nor", "sud", "ves", "ost", "mid") for b in ("hamn", "by", "torp", "nes")]
KINDS = {"given": "given name", "family": "family name", "born": "date of birth", "town": "place"}


def people(count: int, *, seed: int = 1) -> dict[str, list[str | None]]:
    chance = random.Random(seed)
    rows = [
        (
            chance.choice(GIVEN),
            chance.choice(FAMILY),
            f"{chance.randint(1930, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            chance.choice(TOWNS),
        )
        for _ in range(count)
    ]
    return {name: [row[at] for row in rows] for at, name in enumerate(KINDS)}


def worn(columns: dict[str, list[str | None]], *, seed: int = 2, share: float = 0.2) -> dict[str, list[str | None]]:
    """The same people written down again: a letter lost, a value left out."""
    chance = random.Random(seed)

    def again(text: str | None) -> str | None:
        if text is None or chance.random() > share:
            return text
        if chance.random() < 0.3:
            return None
        at = chance.randrange(len(text))
        return text[:at] + text[at + 1 :] if text[at].isalpha() else text

    return {name: [again(text) for text in values] for name, values in columns.items()}
