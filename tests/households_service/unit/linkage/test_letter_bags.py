from __future__ import annotations

import numpy as np
from rapidfuzz.distance import Jaro

from households_service.linkage.letter_bags import LetterBags


def _bags(names: list[str]) -> LetterBags:
    return LetterBags.of(names, np.array([len(name) for name in names], dtype=np.int64))


def test_no_two_names_that_are_alike_are_passed_over() -> None:
    chance = np.random.default_rng(6)
    letters = [*"aabcdeeiimnorstu", "é", " ", "ж", "漢"]
    names = ["".join(chance.choice(letters, chance.integers(1, 40))) for _ in range(400)]
    names += ["aaaaaaa", "aaaabbb", "a", "x"]
    left, right = (chance.integers(0, len(names), 20_000).astype(np.int32) for _ in range(2))

    can = _bags(names).can_be_alike(left, right, 0.7)

    alike = np.array([Jaro.similarity(names[one], names[two]) >= 0.7 for one, two in zip(left, right, strict=True)])
    assert not (alike & ~can).any()


def test_names_without_common_letters_need_no_comparing() -> None:
    bags = _bags(["mehmet", "wanglin", "memet", ""])

    can = bags.can_be_alike(np.array([0, 0, 0], np.int32), np.array([1, 2, 0], np.int32), 0.7)

    assert can.tolist() == [False, True, True]
