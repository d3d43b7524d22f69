from __future__ import annotations

from uuid import UUID

import pytest

from chassis.inbox import Ledger, Verdict
from tests.chassis.envelopes import an_envelope


def a_ledger(*, position: int = 0, parked: tuple[int, ...] = (), seen: tuple[int, ...] = ()) -> Ledger:
    return Ledger(
        seen={UUID(int=number) for number in seen},
        position={"a": position},
        parked={"a": list(parked)} if parked else {},
    )


@pytest.mark.parametrize(
    ("_case", "ledger", "sequence", "known", "verdict"),
    [
        ("the first of a subject", a_ledger(), 1, True, Verdict.DELIVER),
        ("the next in order", a_ledger(position=4), 5, True, Verdict.DELIVER),
        ("the next in order, but nobody listens", a_ledger(position=4), 5, False, Verdict.SKIP),
        ("one that a snapshot includes", a_ledger(position=4), 4, True, Verdict.DUPLICATE),
        ("one that is in the inbox", a_ledger(position=4, seen=(5,)), 5, True, Verdict.DUPLICATE),
        ("one too many ahead", a_ledger(position=4), 6, True, Verdict.GAP),
        ("one ahead that nobody listens to", a_ledger(position=4), 6, False, Verdict.GAP),
        ("the next, with its forerunner parked", a_ledger(position=4, parked=(5,)), 6, True, Verdict.BEHIND),
        ("one that is parked itself", a_ledger(position=4, parked=(5,)), 5, True, Verdict.DUPLICATE),
        ("the one that a parked one waits for", a_ledger(position=4, parked=(6,)), 5, True, Verdict.DELIVER),
    ],
)
def test_an_event_is_judged_by_what_was_taken_in(
    _case: str, ledger: Ledger, sequence: int, known: bool, verdict: Verdict
) -> None:
    envelope = an_envelope("word", subject="a", sequence=sequence, number=sequence)
    assert ledger.judge(envelope, known=known) is verdict


def test_a_ledger_goes_on_with_what_it_takes() -> None:
    ledger = a_ledger()
    first = an_envelope("word", subject="a", sequence=1, number=1)
    assert ledger.judge(first, known=True) is Verdict.DELIVER
    ledger.take(first)
    assert ledger.judge(first, known=True) is Verdict.DUPLICATE
    assert ledger.judge(an_envelope("word", subject="a", sequence=2, number=2), known=True) is Verdict.DELIVER
    assert ledger.judge(an_envelope("word", subject="b", sequence=1, number=3), known=True) is Verdict.DELIVER
