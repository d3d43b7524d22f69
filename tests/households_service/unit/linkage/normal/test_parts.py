"""Columns of parts of names beside the functions for one part."""

from __future__ import annotations

import random

from households_service.linkage.normal import bridge
from households_service.linkage.normal.names import NO_PART, NameReader, name_part
from households_service.linkage.normal.parts import folded, part_columns, scripts_of
from households_service.linkage.normal.script import Script, script_of
from households_service.linkage.normal.text import fold

_LETTERS = "aAqxQXcCghszZ éÜßıøŁçñьйқҗۇئەهةﬁﷺ李명ا䷀王々𠀀ʼ'·.-—、1²Ⅳ\u0301\u200d\u0308ΑΩήǆ\u1100\u1161"


def _texts(count: int, *, letters: str = _LETTERS) -> list[str]:
    chance = random.Random(7)
    return ["".join(chance.choices(letters, k=chance.randrange(1, 7))) for _ in range(count)]


def test_a_column_is_folded_as_each_of_its_texts_is() -> None:
    with_odd_signs = _texts(500)
    others = _texts(4000, letters=_LETTERS.replace("䷀", ""))
    for texts in (with_odd_signs, others, [], ["", "A"], ["a\nb", "C"]):
        assert folded(texts) == [fold(text) for text in texts]


def test_parts_of_a_column_are_what_each_part_is_alone() -> None:
    parts = list(dict.fromkeys(part for text in _texts(6000) for part in fold(text).split()))
    columns, alone = part_columns(parts), [name_part(part) for part in parts]
    assert columns.roman == [part.romanised for part in alone]
    assert columns.is_han.tolist() == [part.script is Script.HAN for part in alone]
    assert [bone.decode() for bone in columns.skeleton.tolist()] == [part.skeletons[0] for part in alone]
    assert [bone.decode() for bone in columns.other_skeleton.tolist()] == [part.skeletons[-1] for part in alone]
    assert scripts_of(parts).tolist() == [script_of(part) for part in parts]


def test_words_learnt_at_once_have_the_codes_of_words_read_one_by_one() -> None:
    words = ["Ehmet", "ئەھمەد", "艾合买提", "ÖZGÜR", "Miss", "dr", "Лариса", "ehmet"]
    reader = NameReader()
    codes = reader.learn(words)
    assert codes.tolist() == [0, 1, 2, 3, NO_PART, NO_PART, 4, 0]
    assert [reader.read([word]).codes[0, 0] for word in words if word not in {"Miss", "dr"}] == [0, 1, 2, 3, 4, 0]
    assert [part.text for part in reader.parts[:3]] == ["ehmet", "ئەھمەد", "艾合买提"]


def test_many_transliterations_are_laid_beside_names_as_few_are() -> None:
    chance = random.Random(3)
    han = [
        "".join(chance.choices("艾合买提阿卜杜拉热依木古丽努尔儿江汗麦", k=chance.randrange(1, 14))) for _ in range(200)
    ]
    latin = ["".join(chance.choices("aeiouöübdghjkqlmnprstxyzv", k=chance.randrange(1, 24))) for _ in range(200)]
    together = bridge.bridge_similarities(han, latin)
    few = [bridge.bridge_similarities(han[at : at + 50], latin[at : at + 50]) for at in range(0, 200, 50)]
    assert together.tolist() == [similarity for some in few for similarity in some.tolist()]
