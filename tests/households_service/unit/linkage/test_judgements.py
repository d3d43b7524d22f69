from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households_service.linkage.judgements import (
    Judgement,
    JudgementGraph,
    JudgementsContradict,
    JudgementUnknown,
    PersonsMerged,
    PersonSplit,
    Verdict,
)


def graph(records: int) -> JudgementGraph:
    numbers = count(1)
    made = JudgementGraph(new_id=lambda: f"new{next(numbers)}")
    for number in range(records):
        made.add_record(f"r{number}", f"p{number}")
    return made


def judged(id_: str, left: int, right: int, verdict: Verdict = Verdict.SAME) -> Judgement:
    return Judgement(id=id_, left=f"r{left}", right=f"r{right}", verdict=verdict)


def test_records_judged_the_same_are_one_person_with_the_older_id() -> None:
    made = graph(3)
    assert made.judge(judged("j1", 1, 2)) == (PersonsMerged(person="p1", absorbed="p2"),)
    assert made.judge(judged("j2", 0, 2)) == (PersonsMerged(person="p1", absorbed="p0"),)
    assert made.records_of("p1") == {"r0", "r1", "r2"}
    assert made.judge(judged("j2", 0, 2)) == ()


def test_undoing_a_judgement_splits_what_only_it_held_together() -> None:
    made = graph(3)
    made.judge(judged("j1", 0, 1))
    made.judge(judged("j2", 1, 2))
    assert made.undo("j2") == (PersonSplit(person="p0", created="new1", records=("r2",)),)
    assert made.person_of("r2") == "new1"
    assert made.person_of("r1") == "p0"


def test_undoing_one_of_two_ties_changes_nothing() -> None:
    made = graph(3)
    for number, (left, right) in enumerate(((0, 1), (1, 2), (0, 2))):
        made.judge(judged(f"j{number}", left, right))
    assert made.undo("j1") == ()
    assert made.records_of("p0") == {"r0", "r1", "r2"}


def test_what_was_judged_different_is_not_merged_by_another_way() -> None:
    made = graph(3)
    made.judge(judged("j1", 0, 2, Verdict.DIFFERENT))
    made.judge(judged("j2", 0, 1))
    with pytest.raises(JudgementsContradict):
        made.judge(judged("j3", 1, 2))
    assert made.person_of("r2") == "p2"
    assert made.undo("j1") == ()
    assert made.judge(judged("j3", 1, 2)) == (PersonsMerged(person="p0", absorbed="p2"),)


def test_records_that_came_as_one_person_stay_so_when_a_merge_is_undone() -> None:
    made = graph(2)
    made.add_record("r0b", "p0")
    made.judge(judged("j1", 0, 1))
    assert made.undo("j1") == (PersonSplit(person="p0", created="new1", records=("r1",)),)
    assert made.records_of("p0") == {"r0", "r0b"}


def test_unknown_things_are_refused() -> None:
    with pytest.raises(JudgementUnknown):
        graph(1).undo("none")
    with pytest.raises(JudgementUnknown):
        graph(1).judge(judged("j", 0, 7))


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_undoing_everything_leaves_every_record_alone(pairs: list[tuple[int, int]]) -> None:
    made = graph(8)
    for number, (left, right) in enumerate(pairs):
        made.judge(judged(f"j{number}", left, right))
    for number in range(len(pairs)):
        made.undo(f"j{number}")
    persons = [made.person_of(f"r{number}") for number in range(8)]
    assert len(set(persons)) == 8
    assert all(made.records_of(person) == {f"r{number}"} for number, person in enumerate(persons))
