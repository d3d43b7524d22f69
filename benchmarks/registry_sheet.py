"""An invented county's registry sheet: 15 of its columns, households of one to five, four rows in a hundred faulty."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence

import xlsxwriter

from households_service.linkage.identity_number import check_character

HEADER = (
    "行政村代码", "户编号", "人编号", "姓名", "证件号码", "人数", "与户主关系", "民族",
    "在校生状况", "健康状况", "劳动技能", "脱贫属性", "危房户", "饮水安全", "联系电话",
)  # fmt: skip
VILLAGES = 40
_FAMILY, _OWN = "某甲乙丙丁戊己庚辛壬癸", "红柳白杨清泉远山石榴杏花"
Row = list[str | int]


def rows(count: int, *, seed: int = 7, faulty: bool = True, households_from: int = 1) -> list[Row]:
    """Members of whole households, the last one cut to `count`. The size is a number, everything else text."""
    random_ = random.Random(seed)
    made: list[Row] = []
    household = households_from - 1
    while len(made) < count:
        household += 1
        size = min(random_.choice((1, 2, 3, 4, 4, 5)), count - len(made))
        for place in range(size):
            made.append(_member(random_, household, place, size, len(made)))
    if faulty:
        _spoil(random_, made)
    return made


def _member(random_: random.Random, household: int, place: int, size: int, order: int) -> Row:
    grown = place < 2
    born = random_.randrange(1950, 2000) if grown else random_.randrange(2005, 2020)
    # Counted through days and serial numbers, so that no number comes twice.
    month, day = order // 28 % 12 + 1, order % 28 + 1
    stem = f"9901{order // 336_000 % 90 + 10:02d}{born}{month:02d}{day:02d}{order // 336 % 1000:03d}"
    name = random_.choice(_FAMILY) + random_.choice(_OWN) + random_.choice(_OWN)
    if random_.random() < 0.5:
        name += "·" + random_.choice(_OWN) + random_.choice(_OWN)
    return [
        f"990101001{200 + household % VILLAGES}",
        f"H-{household:06d}",
        str(place + 1),
        name,
        stem + check_character(stem),
        size,
        ("户主", "配偶", "之子", "之女", "之子")[place],
        "某族",
        "非在校生" if grown else "小学",
        "健康",
        "普通劳动力" if grown else "",
        "已脱贫",
        "否",
        "是",
        f"139{order:08d}",
    ]


def _spoil(random_: random.Random, made: list[Row]) -> None:
    for row in made:
        chance = random_.random()
        number = str(row[4])
        if chance < 0.02:
            row[4] = number[:17] + ("1" if number[17] != "1" else "2")
        elif chance < 0.025:
            row[4] = "9.90101E+17"
        elif chance < 0.03:
            row[6] = "伯乐"
        elif chance < 0.04:
            row[12] = "maybe"


def csv_content(made: Sequence[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows(made)
    return out.getvalue().encode()


def xlsx_content(made: Sequence[Row]) -> bytes:
    """As a spreadsheet program saves it: texts shared, sizes as numbers."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("registry")
        for number, row in enumerate([HEADER, *made]):
            sheet.write_row(number, 0, row)
    return content.getvalue()
