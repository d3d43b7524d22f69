"""Two offices that keep lists of the same people, in many languages; or one list that has them twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.varied.sets import VariedSet
from benchmarks.varied.tongues import arabic, eastern, english, further, romance, slavic, southern
from benchmarks.varied.tongues.tongue import Named, Tongue, Writer

TONGUES = (
    *slavic.TONGUES, *arabic.TONGUES, *romance.TONGUES, *eastern.TONGUES, *southern.TONGUES, *english.TONGUES,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """How badly the second office writes; chances per value."""

    slip: float = 0.06
    blank_birth: float = 0.15
    birth_slip: float = 0.08
    blank_place: float = 0.10
    moved: float = 0.12
    year_only: float = 0.0
    swapped: float = 0.0
    """Given and family name in each other's column, or in the other order."""
    displaced: float = 0.0
    """The place in the column of the name's second part, or the date in that of the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesPlan:
    """`persons` of each list, `shared` of them in both. `columns`: names in two columns. `one`: a single list, in which
    people stand once to four times.
    """

    tongue: Tongue
    persons: int = 700
    shared: float = 0.6
    office: Office = Office()
    columns: bool = False
    one: bool = False
    remark: str = ""
    leave_out: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return ", ".join(part for part in (self.tongue.name, self.remark) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    named: Named
    birth: tuple[int, int, int]
    place: str


Row = dict[str, str | None]
_FORMS = ("{y}-{m:02}-{d:02}", "{d:02}.{m:02}.{y}", "{d}/{m}/{y}", "{y}{m:02}{d:02}")


def file_set(plan: FilesPlan, *, seed: int, scale: float = 1.0) -> VariedSet:
    rng = random.Random(f"{seed} {plan.name}")
    count = max(3, round(plan.persons * scale))
    shared = round(count * plan.shared)
    people = [_person(plan.tongue, rng) for _ in range(count if plan.one else 2 * count - shared)]
    careful = Office(slip=0.01, blank_birth=0.02, birth_slip=0.01, blank_place=0.02, moved=0.0)
    careful = replace(careful, year_only=1.0 if plan.office.year_only == 1.0 else 0.0)
    lists: list[list[tuple[int, Row]]] = [[], []]
    for number, person in enumerate(people):
        if plan.one:
            lists[0].append((number, _row(plan, person, plan.tongue.left, careful, rng, right=False)))
            for _ in range(min(3, int(rng.expovariate(1.2)))):
                lists[0].append((number, _row(plan, person, plan.tongue.right, plan.office, rng, right=True)))
            continue
        if number < count:
            lists[0].append((number, _row(plan, person, plan.tongue.left, careful, rng, right=False)))
        if number < shared or number >= count:
            lists[1].append((number, _row(plan, person, plan.tongue.right, plan.office, rng, right=True)))
    for some in lists:
        rng.shuffle(some)
    names = {"given": "given name", "family": "family name"} if plan.columns else {"name": "full name"}
    kinds = {**names, "born": "date of birth", "place": "place"}
    kinds = {column: kind for column, kind in kinds.items() if column not in plan.leave_out}
    columns = [{key: [row[key] for _, row in some] for key in kinds} for some in lists]
    rows = [{}, {}] if plan.one else [{number: at for at, (number, _) in enumerate(some)} for some in lists]
    truth = {(at, rows[1][number]) for number, at in rows[0].items() if number in rows[1]}
    if plan.one:
        owners = [number for number, _ in lists[0]]
        places: dict[int, list[int]] = {}
        for at, owner in enumerate(owners):
            places.setdefault(owner, []).append(at)
        truth = {(a, b) for held in places.values() for a in held for b in held if a < b}
    return VariedSet(
        name=plan.name, kinds=kinds, columns=columns[0], right=None if plan.one else columns[1], truth=truth
    )


def _person(tongue: Tongue, rng: random.Random) -> _Person:
    birth = (rng.randint(1935, 2010), rng.randint(1, 12), rng.randint(1, 28))
    return _Person(named=tongue.draw(rng), birth=birth, place=rng.choice(tongue.places))


def _row(plan: FilesPlan, person: _Person, write: Writer, office: Office, rng: random.Random, *, right: bool) -> Row:
    tongue = plan.tongue
    given, family = write(person.named, rng)
    if tongue.slips and rng.random() < office.slip:
        given = _slipped(given, rng)
    if tongue.slips and rng.random() < office.slip:
        family = _slipped(family, rng)
    if rng.random() < office.swapped:
        given, family = family, given
    parts = (family, given) if tongue.family_first[right] else (given, family)
    place = rng.choice(tongue.places) if rng.random() < office.moved else person.place
    written = tongue.right_place(place) if right else place
    row: Row = {
        "name": tongue.joint.join(parts),
        "given": given,
        "family": family,
        "born": None if rng.random() < office.blank_birth else _birth(person.birth, office, rng, right=right),
        "place": None if rng.random() < office.blank_place else written,
    }
    if rng.random() < office.displaced:
        row["family"], row["place"] = (
            (row["place"], row["family"]) if rng.random() < 0.5 else (row["family"], row["born"])
        )
    return row


def _birth(birth: tuple[int, int, int], office: Office, rng: random.Random, *, right: bool) -> str:
    year, month, day = birth
    if rng.random() < office.birth_slip:
        year, month, day = rng.choice(
            ((year, month, rng.randint(1, 28)), (year + rng.choice((-1, 1)), month, day), (year, day % 12 + 1, month))
        )
    if rng.random() < office.year_only:
        return str(year)
    return _FORMS[1 if right else 0].format(y=year, m=month, d=day)


def _slipped(text: str, rng: random.Random) -> str:
    """A letter lost, doubled, swapped with the next, or replaced by another of the word."""
    if len(text) < 4:
        return text
    at, kind = rng.randrange(1, len(text) - 1), rng.random()
    if kind < 0.3:
        return text[:at] + text[at + 1 :]
    if kind < 0.5:
        return text[:at] + text[at] + text[at:]
    if kind < 0.75:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + rng.choice(text[1:]).lower() + text[at + 1 :]


_BLANK = Office(blank_birth=0.6, blank_place=0.6, slip=0.05)
_YEARS = Office(year_only=1.0, blank_birth=0.05, birth_slip=0.05)
_MIXED = Office(swapped=0.25, displaced=0.06)


def plans() -> Iterator[FilesPlan]:
    yield from (FilesPlan(tongue=tongue) for tongue in TONGUES)
    for tongue in (slavic.RUSSIAN, romance.SPANISH, english.ENGLISH, eastern.VIETNAMESE, arabic.ARABIC):
        yield FilesPlan(tongue=tongue, office=_BLANK, remark="mostly blank")
        yield FilesPlan(tongue=tongue, office=_YEARS, remark="years only")
        yield FilesPlan(tongue=tongue, office=_MIXED, columns=True, remark="columns mixed up")
        yield FilesPlan(tongue=tongue, one=True, remark="one list")
        yield FilesPlan(tongue=tongue, leave_out=frozenset({"born"}), remark="name and place")


def further_plans() -> Iterator[FilesPlan]:
    """Of languages that nothing was chosen on."""
    yield from (FilesPlan(tongue=tongue) for tongue in further.TONGUES)
    for tongue in (further.PARISH, further.CENSUS, further.ICELANDIC):
        yield FilesPlan(tongue=tongue, one=True, remark="one list")
        yield FilesPlan(tongue=tongue, office=_YEARS, columns=True, remark="years only")
    for tongue in (further.TURKISH, further.HUNGARIAN):
        yield FilesPlan(tongue=tongue, office=_BLANK, remark="mostly blank")
    yield FilesPlan(tongue=further.PARISH, leave_out=frozenset({"born"}), remark="name and place")
