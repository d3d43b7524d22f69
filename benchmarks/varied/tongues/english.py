"""English as registers have it: titles, nicknames, initials, maiden names, apostrophes, parts in the wrong place."""

from __future__ import annotations

import random
from functools import partial

from benchmarks.varied.names import ENGLISH_FEMALE, ENGLISH_MALE, NICKNAMES, SURNAME_ENDS, SURNAME_STARTS
from benchmarks.varied.tongues.tongue import Named, Tongue, common_first, words

_IRISH = words("O'Brien O'Hara McDonald MacKenzie O'Neill D'Arcy St. McCarthy FitzGerald Mc\u00a0Kay")
_DOUBLE = words("Lloyd-George Smith-Jones Parry-Williams Bowes-Lyon")
_SMITHS = words("Smith Jones Taylor Brown Williams Wilson Davies Evans Walker White Roberts Green Hall Wood Clark")
_TITLES = {"m": ("Mr", "Mr.", "Dr.", "Rev.", "Capt.", "Sir"), "f": ("Mrs", "Miss", "Ms.", "Dr", "Widow")}


def _draw(rng: random.Random) -> Named:
    sex = rng.choice("mf")
    given, second = (common_first(ENGLISH_MALE if sex == "m" else ENGLISH_FEMALE, rng).title() for _ in "ab")
    kind = rng.random()
    if kind < 0.3:
        family = rng.choice(_SMITHS)
    elif kind < 0.4:
        family = rng.choice(_IRISH).replace("\u00a0", " ")
    elif kind < 0.44:
        family = rng.choice(_DOUBLE)
    else:
        family = (rng.choice(SURNAME_STARTS) + rng.choice(SURNAME_ENDS)).title()
    return Named(given=given, second=second, family=family, sex=sex)


def _titled(named: Named, rng: random.Random, *, titles: float, wear: float) -> tuple[str, str]:
    given, family = named.given, named.family
    if rng.random() < wear and given.lower() in NICKNAMES:
        given = rng.choice(NICKNAMES[given.lower()].split()).title()
    kind = rng.random()
    if kind < 0.25:
        given = f"{given} {named.second[0]}."
    elif kind < 0.40:
        given = f"{given} {named.second}"
    elif kind < 0.40 + wear / 3:
        given = f"{given[0]}."
    if rng.random() < titles:
        given = f"{rng.choice(_TITLES[named.sex])} {given}"
    if rng.random() < wear / 3:
        family = family.replace("'", rng.choice(("’", " ", ""))).replace("-", " ").replace("Mac", "Mc")
    if named.sex == "f" and rng.random() < wear / 2:
        maiden = (rng.choice(SURNAME_STARTS) + rng.choice(SURNAME_ENDS)).title()
        family = rng.choice((maiden, f"{maiden} née {family}", f"{family}-{maiden}", f"{maiden} (formerly {family})"))
    return (given.upper(), family.upper()) if rng.random() < 0.1 else (given, family)


PLACES = words("Halifax Todmorden Bradford Keighley Huddersfield Hebden Bingley Skipton Otley Ilkley Batley Dewsbury")
ENGLISH = Tongue(
    name="english, titles and nicknames",
    draw=_draw,
    places=PLACES,
    left=partial(_titled, titles=0.3, wear=0.2),
    right=partial(_titled, titles=0.1, wear=0.3),
    family_first=(False, False),
)
TONGUES = (ENGLISH,)
