"""Judgements are edges of a graph: same, different or unsure. Persons are what the edges leave together.

A judgement is added and never overwritten; undoing one is another entry. Persons keep their id as long as any of their
records does, so that whoever stored an id need not care about merges of others; merges and splits are told as values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from chassis.errors import Conflict, NotFound


class Verdict(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class JudgementsContradict(Conflict):
    """Two records would be one person that somebody judged to be two."""

    code = "LINK_JUDGEMENTS_CONTRADICT"


class JudgementUnknown(NotFound):
    code = "LINK_JUDGEMENT_UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    id: str
    left: str
    right: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsMerged:
    """`absorbed` is no person any more; all records are `person`'s."""

    person: str
    absorbed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSplit:
    """`records` left `person` and are `created` now; warnings of both have to be looked at again."""

    person: str
    created: str
    records: tuple[str, ...]


PersonEvent = PersonsMerged | PersonSplit


@dataclass(slots=True)
class JudgementGraph:
    """`new_id` makes ids of persons that a split creates."""

    new_id: Callable[[], str]
    _judgements: dict[str, Judgement] = field(default_factory=dict)
    _person_of: dict[str, str] = field(default_factory=dict)
    _records: dict[str, set[str]] = field(default_factory=dict)
    _founder: dict[str, str] = field(default_factory=dict)
    """The person a record was first known as; records of one founder stay together whatever is undone."""

    def add_record(self, record: str, person: str) -> None:
        """A record that is known as a person's; repeating it changes nothing."""
        if record not in self._person_of:
            self._person_of[record] = self._founder[record] = person
            self._records.setdefault(person, set()).add(record)

    def person_of(self, record: str) -> str:
        try:
            return self._person_of[record]
        except KeyError:
            raise JudgementUnknown("No such record is known.", field="record") from None

    def records_of(self, person: str) -> frozenset[str]:
        return frozenset(self._records.get(person, set()))

    def judge(self, judgement: Judgement) -> tuple[PersonEvent, ...]:
        """What changed; () when the two were one person already or stay two. A repeated id changes nothing.

        Raises JudgementsContradict when SAME would join, or DIFFERENT part, what other judgements forbid.
        """
        if judgement.id in self._judgements:
            return ()
        left, right = self.person_of(judgement.left), self.person_of(judgement.right)
        if judgement.verdict is Verdict.SAME and left != right:
            self._refuse_apart(left, right)
        if judgement.verdict is Verdict.DIFFERENT and self._joined_by_others(judgement.left, judgement.right):
            raise JudgementsContradict("Other judgements hold the two together; undo one of those first.")
        self._judgements[judgement.id] = judgement
        if judgement.verdict is Verdict.SAME and left != right:
            return (self._merge(left, right),)
        return ()

    def undo(self, judgement_id: str) -> tuple[PersonEvent, ...]:
        """Takes one judgement back. What only it held together becomes two persons again."""
        try:
            gone = self._judgements.pop(judgement_id)
        except KeyError:
            raise JudgementUnknown("No such judgement stands.", field="judgementId") from None
        if gone.verdict is not Verdict.SAME:
            return ()
        person = self._person_of[gone.left]
        pieces = self._pieces(self._records[person])
        if len(pieces) < 2:
            return ()
        return tuple(self._split(person, piece) for piece in pieces[1:])

    def _refuse_apart(self, left: str, right: str) -> None:
        ours, theirs = self._records[left], self._records[right]
        for other in self._judgements.values():
            crosses = (other.left in ours and other.right in theirs) or (other.left in theirs and other.right in ours)
            if other.verdict is Verdict.DIFFERENT and crosses:
                raise JudgementsContradict("Records of the two were judged to be different people.")

    def _joined_by_others(self, left: str, right: str) -> bool:
        return any(left in piece and right in piece for piece in self._pieces({*self._person_records(left)}))

    def _person_records(self, record: str) -> Iterable[str]:
        return self._records[self._person_of[record]]

    def _merge(self, left: str, right: str) -> PersonsMerged:
        """The person with more records stays; of two equal ones the older id, which sorts first."""
        kept, absorbed = sorted((left, right), key=lambda person: (-len(self._records[person]), person))
        for record in self._records.pop(absorbed):
            self._person_of[record] = kept
            self._records[kept].add(record)
        return PersonsMerged(person=kept, absorbed=absorbed)

    def _split(self, person: str, piece: frozenset[str]) -> PersonSplit:
        created = self.new_id()
        self._records[person] -= piece
        self._records[created] = set(piece)
        for record in piece:
            self._person_of[record] = created
        return PersonSplit(person=person, created=created, records=tuple(sorted(piece)))

    def _pieces(self, records: set[str]) -> list[frozenset[str]]:
        """What SAME judgements leave together, the largest first (then by its first record)."""
        root = {record: record for record in records}

        def find(record: str) -> str:
            while root[record] != record:
                root[record] = root[root[record]]
                record = root[record]
            return record

        founders: dict[str, str] = {}
        for record in sorted(records):
            root[find(record)] = find(founders.setdefault(self._founder[record], record))
        for other in self._judgements.values():
            if other.verdict is Verdict.SAME and other.left in root and other.right in root:
                root[find(other.left)] = find(other.right)
        pieces: dict[str, set[str]] = {}
        for record in records:
            pieces.setdefault(find(record), set()).add(record)
        return sorted(map(frozenset, pieces.values()), key=lambda piece: (-len(piece), min(piece)))
