"""A classification of occupations is data: codes, labels by language, other titles, and what stands above what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chassis.errors import InvalidInput, NotFound

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-_/]{0,39}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
LONGEST_TITLE = 200


class OccupationNotFound(NotFound):
    code = "OCCUPATION_NOT_FOUND"


class ClassificationNotFound(NotFound):
    code = "CLASSIFICATION_NOT_FOUND"


class TitleUnusable(InvalidInput):
    code = "TITLE_UNUSABLE"


class ClassificationUnreadable(InvalidInput):
    code = "CLASSIFICATION_UNREADABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation:
    """`labels` and `alternatives` by language tag; the empty tag where the source names no language."""

    code: str
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    definition: str = ""

    def label(self, languages: Sequence[str] = ()) -> str:
        """The first label in the first of these languages that has one; else English; else any."""
        for wanted in (*languages, "en"):
            for tag in (wanted, wanted.partition("-")[0]):
                if self.labels.get(tag):
                    return self.labels[tag][0]
        return next((labels[0] for labels in self.labels.values() if labels), self.code)

    def titles(self) -> list[str]:
        """Labels first; each once."""
        every = [*self.labels.values(), *self.alternatives.values()]
        return list(dict.fromkeys(title for titles in every for title in titles if title))


@dataclass(frozen=True)
class Classification:
    """Its occupations, in the order of their codes."""

    name: str
    occupations: tuple[Occupation, ...]

    @staticmethod
    def of(name: str, occupations: Iterable[Occupation]) -> Classification:
        ordered = tuple(sorted(occupations, key=lambda each: path_of(each.code)))
        if not ordered:
            raise ClassificationUnreadable(f"The classification {name} has no code.", field="labels")
        return Classification(name, ordered)

    @cached_property
    def by_code(self) -> dict[str, Occupation]:
        return {each.code: each for each in self.occupations}

    @cached_property
    def _by_path(self) -> dict[tuple[str, ...], str]:
        return {path_of(each.code): each.code for each in self.occupations}

    @cached_property
    def _children(self) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        for each in self.occupations:
            found.setdefault(self.parent(each.code), []).append(each.code)
        return found

    def get(self, code: str) -> Occupation:
        occupation = self.by_code.get(code)
        if occupation is None:
            raise OccupationNotFound(f"{self.name} has no such code.", field="code")
        return occupation

    def parent(self, code: str) -> str | None:
        """The nearest group above that the classification lists."""
        path = path_of(code)
        for length in range(len(path) - 1, 0, -1):
            above = self._by_path.get(path[:length])
            if above is not None and above != code:
                return above
        return None

    def children(self, code: str | None) -> list[str]:
        """Direct ones; of None: the codes without a group above."""
        return self._children.get(code, [])

    def level(self, code: str) -> int:
        """1 for a code without a group above."""
        above = self.parent(code)
        return 1 if above is None else 1 + self.level(above)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Codes with nothing below: what a title is coded to."""
        return tuple(each.code for each in self.occupations if each.code not in self._children)


def path_of(code: str) -> tuple[str, ...]:
    """What a code says of its groups: 2512.3 -> 2, 25, 251, 2512, 3; 4-03-02-05 -> 4, 03, 02, 05.

    Groups of codes of one length end in zeros (1-02-00-00, 11-1010): these say nothing.
    """
    parts = [part for part in re.split(r"[.\-_/]", code) if part]
    if len(parts) > 1:
        while len(parts) > 1 and not parts[-1].strip("0"):
            parts.pop()
    steps: list[str] = []
    for number, part in enumerate(parts):
        if part.isdigit() and (len(parts) == 1 or (len(part) > 2 and (number == 0 or "-" in code))):
            digits = part.rstrip("0") or part if number else part
            steps.extend(digits[: at + 1] for at in range(len(digits)))
        else:
            steps.append(part)
    return tuple(steps)


def groups_of(code: str) -> tuple[str, str, str]:
    """The names of a code's major, sub-major and minor group, from its path; the last known one is repeated."""
    path = path_of(code)
    above = ["/".join(path[: at + 1]) for at in range(max(len(path) - 1, 1))]
    chosen = [*above[:3], *[above[-1]] * (3 - len(above[:3]))]
    return chosen[0], chosen[1], chosen[2]


def levels_of(code: str) -> list[str]:
    """Every group of the code from the widest to the code itself, for measuring how far an answer is right."""
    path = path_of(code)
    return ["/".join(path[: at + 1]) for at in range(len(path))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedTitle:
    """What staff said a title is. Only the words and the code: whose title it was is not kept."""

    title: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    code: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """At most five codes, the likeliest first. `abstained`: the first is too unsure to be taken without a look."""

    suggestions: tuple[Suggestion, ...]
    abstained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    most_linear: int = 5_000
    """Exemplars of the linear model. Memory grows with the square (4 bytes each), time with the cube."""
    most_judged: int = 4_000
    """Exemplars that weights are learnt from; more change nothing but the time."""
    wanted: float = 0.83
    """Share of right answers among those given, on the titles learnt from: somewhat more than the 0.80 that others
    shall find, since their titles are not these."""
    wanted_of_labels: float = 0.90
    """The same where labels are all there is to learn from: people write otherwise than labels do."""


USUAL = Effort()


def usable_title(title: str) -> str:
    text = " ".join(title.split())
    if not 1 <= len(text) <= LONGEST_TITLE or not any(letter.isalnum() for letter in text):
        raise TitleUnusable(f"A job title has 1 to {LONGEST_TITLE} characters, a letter among them.", field="title")
    return text
