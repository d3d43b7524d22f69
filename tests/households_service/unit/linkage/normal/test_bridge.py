from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.population.conventional import CONVENTIONAL
from benchmarks.population.sounds import han
from households_service.linkage.normal.bridge import (
    bridge_keys,
    bridge_similarities,
    bridge_similarity,
    coded_similarities,
    letters_of,
    sounds_of,
)
from households_service.linkage.normal.text import distinct, fold

SOUNDS = ["ta", "lun", "dor", "mi", "shir", "bek", "gul", "nu", "zat", "qim", "xo", "yar", "pe", "jan", "we"]
INVENTED = st.lists(st.sampled_from(SOUNDS), min_size=2, max_size=4).map("".join)


def test_transliterations_by_sound_are_close_to_their_names() -> None:
    random = np.random.default_rng(5)
    names = ["".join(random.choice(SOUNDS, size=random.integers(2, 5))) for _ in range(400)]
    alike = bridge_similarities([han(name, random) for name in names], names)
    assert np.median(alike) >= 0.8
    # Clerks leave sounds out: of a short name then little is left.
    assert np.mean(alike >= 0.5) >= 0.95


@given(name=INVENTED, other=INVENTED)
def test_similarities_lie_between_nothing_and_one_and_do_not_depend_on_the_other_pairs(name: str, other: str) -> None:
    written = han(name, np.random.default_rng(0))
    together = bridge_similarities([written, written, written], [name, other, "z"])
    assert ((together >= 0) & (together <= 1)).all()
    assert together.tolist() == pytest.approx([bridge_similarity(written, latin) for latin in (name, other, "z")])


def test_names_of_other_sounds_are_far() -> None:
    assert bridge_similarity("塔伦玛", "gheshpik") < 0.2
    assert bridge_similarity("塔伦玛", "talunma") > 0.9


@pytest.mark.parametrize(
    ("written", "latin"), [("", "talun"), ("塔伦", ""), ("", ""), ("123", "talun"), ("塔伦", "塔伦")]
)
def test_what_has_no_sounds_is_like_nothing(written: str, latin: str) -> None:
    assert bridge_similarity(written, latin) == 0.0
    assert bridge_similarities([], []).tolist() == []


def test_clerks_habits_are_bridged_for_nearly_all_common_names() -> None:
    """Within the common names themselves; `benchmarks/name_bridge.py` asks among thousands."""
    names = [fold(latin) for latin in CONVENTIONAL]
    first = ten = asked = 0
    for latin, forms in zip(names, CONVENTIONAL.values(), strict=True):
        for form in forms:
            found = bridge_similarities([form] * len(names), names)
            better = int((found > found[names.index(latin)]).sum())
            asked, first, ten = asked + 1, first + (better == 0), ten + (better < 10)
    assert first / asked >= 0.9
    assert ten / asked >= 0.98


def test_most_common_names_share_a_key_with_their_transliterations() -> None:
    shared = [
        bool(set(bridge_keys(fold(latin), is_han=False)) & set(bridge_keys(form, is_han=True)))
        for latin, forms in CONVENTIONAL.items()
        for form in forms
    ]
    assert sum(shared) / len(shared) >= 0.95


def test_sounds_and_letters_of_a_name() -> None:
    assert [sound for sound, _ in sounds_of("塔尔")] == ["t", "a", "R"]
    assert letters_of("ghunchem") == ("gh", "u", "n", "ch", "e", "m")
    assert letters_of("tunghal") == ("t", "u", "n", "gh", "a", "l")
    assert bridge_keys("塔伦玛", is_han=True)[0] == bridge_keys("talunma", is_han=False)[0] == "tlnm"


def test_what_is_as_like_as_asked_for_is_told_as_without_asking() -> None:
    chance = np.random.default_rng(7)
    signs, letters = list("买合木提阿力吾尔古丽赛西丁汗江艾克拜"), list("abdehiklmnoprstuyzq")
    renderings = ["".join(chance.choice(signs, chance.integers(1, 7))) for _ in range(300)]
    names = ["mehmut", "ali", *("".join(chance.choice(letters, chance.integers(1, 12))) for _ in range(40))]
    one, two = (distinct(side) for side in zip(*product(renderings, names), strict=True))

    every, some = coded_similarities(one, two), coded_similarities(one, two, least=0.45)

    alike = every >= 0.45
    assert alike.any()
    assert (some[alike] == every[alike]).all()
    assert (some[~alike] < 0.45).all()
