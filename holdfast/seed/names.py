"""Names of nobody: surnames that are not surnames, and sounds that belong to no language."""

from __future__ import annotations

from random import Random

_SURNAMES = "禾沐砚岚溪棠屿汀苇槿瓷舟穗萤竺榕笙桁澄筠"
_GIVEN = "安宁和清远明朗青松桥泉月星云川原田林山石秋春夏冬禾麦果花叶舟"
_FIRST_SOUNDS = (
    "塔伦",
    "维拉",
    "莫珊",
    "洛文",
    "希达",
    "艾诺",
    "帕琳",
    "乌赛",
    "卡尔玛",
    "多莱",
    "娜薇",
    "伊桑达",
    "雷尼",
    "索玛兰",
)
_LAST_SOUNDS = ("多萨", "雷曼特", "希尔凡", "乌拉佐", "卡林多", "佩特兰", "沃尔萨", "米兰佐", "特萨尔", "奥林卡")
TRANSLITERATED_SHARE = 0.4


def family_name(random: Random) -> str:
    """A surname, or the second part of a transliterated name (which holds a dot)."""
    if random.random() < TRANSLITERATED_SHARE:
        return "·" + random.choice(_LAST_SOUNDS)
    return random.choice(_SURNAMES)


def full_name(random: Random, family: str) -> str:
    if family.startswith("·"):
        return random.choice(_FIRST_SOUNDS) + family
    return family + "".join(random.sample(_GIVEN, random.choice((1, 2, 2))))
