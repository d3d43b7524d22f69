"""How well titles are coded, by language and level, and how much is answered at the calibrated threshold. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from employment_service.occupations.domain import Answer, levels_of
from employment_service.occupations.reading import CodedTitle

EVERY = "all"


@dataclass(slots=True, kw_only=True)
class Tally:
    """`level`: how many steps of the code must agree; a coarser true code is right at its own."""

    titles: int = 0
    first: int = 0
    five: int = 0
    by_level: dict[int, list[int]] = field(default_factory=dict)
    """level: titles, right first, right among five."""
    answered: int = 0
    answered_right: int = 0

    def add(self, answer: Answer, code: str) -> None:
        codes = [each.code for each in answer.suggestions]
        self.titles += 1
        self.first += codes[:1] == [code]
        self.five += code in codes
        if not answer.abstained:
            self.answered += 1
            self.answered_right += codes[:1] == [code]
        steps = levels_of(code)
        guessed = [levels_of(each) for each in codes]
        for level, step in enumerate(steps, start=1):
            hits = [path[level - 1 : level] == [step] for path in guessed]
            row = self.by_level.setdefault(level, [0, 0, 0])
            row[0] += 1
            row[1] += bool(hits and hits[0])
            row[2] += any(hits)

    @property
    def coverage(self) -> float:
        return self.answered / self.titles if self.titles else 0.0

    @property
    def precision(self) -> float:
        return self.answered_right / self.answered if self.answered else 0.0


def tallied(titles: Sequence[CodedTitle], answers: Sequence[Answer]) -> dict[str, Tally]:
    """By language, the whole first."""
    found = {EVERY: Tally()}
    for title, answer in zip(titles, answers, strict=True):
        found[EVERY].add(answer, title.code)
        if title.language:
            found.setdefault(title.language, Tally()).add(answer, title.code)
    return found
