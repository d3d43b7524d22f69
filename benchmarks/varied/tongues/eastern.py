"""Vietnamese, Korean and Japanese: family names first, of which there are few, and one name in two scripts."""

from __future__ import annotations

import random
from functools import partial

from benchmarks.varied.tongues.tongue import Named, Tongue, common_first, drawn, plain, without_marks, words

_VIETNAMESE_MIDDLE = {"m": words("Văn Đức Hữu Minh Quang Công Ngọc"), "f": words("Thị Thị Ngọc Thu Kim Thanh Minh")}
_VIETNAMESE = drawn(
    "Hùng Dũng Tuấn Minh Nam Sơn Hải Long Thành Đức Quân Phong Khánh Việt Tâm Bình Phúc Trung Cường Đạt Huy Lâm Thắng",
    "Hoa Lan Hương Mai Linh Trang Thảo Hà Ngọc Phương Nga Yến Vân Hạnh Thủy Nhung Dung Loan Hằng Tuyết Quỳnh Thúy Oanh",
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Mai Cao Lương",
    second=lambda sex, rng: rng.choice(_VIETNAMESE_MIDDLE[sex]),
)


def _vietnamese(named: Named, rng: random.Random, *, marks: float, middle: float) -> tuple[str, str]:
    given = f"{named.second} {named.given}" if rng.random() < middle else named.given
    if rng.random() >= marks:
        return without_marks(given), without_marks(named.family)
    return given, named.family


_SYLLABLES = {
    "민": "min", "준": "jun|joon", "서": "seo|suh", "지": "ji|jee", "현": "hyun|hyeon", "우": "woo|u", "수": "su|soo",
    "영": "young|yeong", "희": "hee|hui", "진": "jin", "호": "ho",
    "성": "sung|seong", "은": "eun", "경": "kyung|gyeong",
    "정": "jung|jeong", "미": "mi|mee", "숙": "sook|suk", "상": "sang", "철": "chul|cheol", "동": "dong", "재": "jae",
    "연": "yeon|yun", "하": "ha", "윤": "yoon|yun", "선": "sun|seon", "주": "ju|joo", "혜": "hye", "원": "won",
}  # fmt: skip
_KOREAN_FAMILIES = {
    "김": "Kim|Gim", "이": "Lee|Yi|Rhee", "박": "Park|Pak", "최": "Choi|Choe", "정": "Jung|Chung|Jeong",
    "강": "Kang|Gang", "조": "Cho|Jo", "윤": "Yoon|Yun", "장": "Jang|Chang", "임": "Lim|Im", "한": "Han", "오": "Oh|O",
    "서": "Seo|Suh", "신": "Shin|Sin", "권": "Kwon|Gwon", "황": "Hwang", "안": "Ahn|An", "송": "Song", "류": "Ryu|Yoo",
    "홍": "Hong", "전": "Jeon|Jun", "고": "Ko|Go", "문": "Moon|Mun", "남궁": "Namkung|Namgung", "배": "Bae|Pae",
}  # fmt: skip


def _korean(rng: random.Random) -> Named:
    given = "".join(rng.sample(list(_SYLLABLES), 2))
    return Named(given=given, second="", family=common_first(tuple(_KOREAN_FAMILIES), rng, 6.0), sex=rng.choice("mf"))


def _korean_in_latin(named: Named, rng: random.Random) -> tuple[str, str]:
    one, two = (rng.choice(_SYLLABLES[syllable].split("|")) for syllable in named.given)
    given = rng.choice((f"{one.capitalize()}-{two}", f"{one.capitalize()} {two.capitalize()}", one.capitalize() + two))
    return given, rng.choice(_KOREAN_FAMILIES[named.family].split("|"))


_JAPANESE_GIVEN = {
    "太郎": "たろう", "健一": "けんいち", "翔太": "しょうた", "大輔": "だいすけ", "直樹": "なおき", "拓也": "たくや",
    "学": "まなぶ", "誠": "まこと", "浩": "ひろし", "洋子": "ようこ", "恵子": "けいこ", "美咲": "みさき",
    "陽菜": "ひな",
    "由美": "ゆみ", "和子": "かずこ", "明美": "あけみ", "真由美": "まゆみ", "智子": "ともこ", "裕子": "ゆうこ",
    "愛": "あい", "健太": "けんた", "隆": "たかし", "清": "きよし", "幸子": "さちこ", "千代": "ちよ", "美穂": "みほ",
    "康夫": "やすお", "正雄": "まさお", "久美子": "くみこ", "亮": "りょう", "葵": "あおい", "花子": "はなこ",
}  # fmt: skip
_JAPANESE_FAMILIES = {
    "佐藤": "さとう", "鈴木": "すずき", "高橋": "たかはし", "田中": "たなか", "渡辺": "わたなべ", "伊藤": "いとう",
    "山本": "やまもと", "中村": "なかむら", "小林": "こばやし", "加藤": "かとう", "吉田": "よしだ", "山田": "やまだ",
    "佐々木": "ささき", "山口": "やまぐち", "松本": "まつもと", "井上": "いのうえ", "木村": "きむら", "林": "はやし",
    "斎藤": "さいとう", "清水": "しみず", "山崎": "やまざき", "森": "もり", "池田": "いけだ", "橋本": "はしもと",
    "阿部": "あべ", "石川": "いしかわ", "前田": "まえだ", "藤田": "ふじた", "小川": "おがわ", "岡田": "おかだ",
    "長谷川": "はせがわ", "村上": "むらかみ", "近藤": "こんどう", "石井": "いしい", "坂本": "さかもと",
}  # fmt: skip


def _japanese(rng: random.Random) -> Named:
    given = rng.choice(tuple(_JAPANESE_GIVEN))
    return Named(
        given=given, second="", family=common_first(tuple(_JAPANESE_FAMILIES), rng, 15.0), sex=rng.choice("mf")
    )


def _old_signs(named: Named, rng: random.Random) -> tuple[str, str]:
    """斎 and 齋, 辺 and 邊, 高 and 髙: one family, written as the register of a village had it."""
    family = named.family
    if rng.random() < 0.6:
        for new, old in (("斎", "齋"), ("辺", "邊"), ("高", "髙"), ("崎", "﨑"), ("沢", "澤")):
            family = family.replace(new, old)
    return named.given, family


def _kana(named: Named, rng: random.Random, *, full_width: float) -> tuple[str, str]:
    parts = _JAPANESE_GIVEN[named.given], _JAPANESE_FAMILIES[named.family]
    if rng.random() < full_width:
        return parts
    return "".join(chr(ord(sign) + 0x60) for sign in parts[0]), "".join(chr(ord(sign) + 0x60) for sign in parts[1])


_KOREAN_PLACES = words("수원 전주 대전 춘천 목포 포항 강릉 여수 군산 안동")
_IN_LATIN = words("Suwon Jeonju Daejeon Chuncheon Mokpo Pohang Gangneung Yeosu Gunsan Andong")
_JAPANESE_PLACES = words("仙台 盛岡 金沢 高知 松江 長崎 静岡 熊本 新潟 宇都宮")

VIETNAMESE = Tongue(
    name="vietnamese",
    draw=_VIETNAMESE,
    places=("Hà Nội", "Huế", "Đà Nẵng", "Cần Thơ", "Vinh", "Nha Trang", "Đà Lạt", "Hải Phòng", "Quy Nhơn", "Mỹ Tho"),
    left=partial(_vietnamese, marks=1.0, middle=1.0),
    right=partial(_vietnamese, marks=0.4, middle=0.85),
    right_place=without_marks,
    family_first=(True, True),
)
KOREAN = Tongue(
    name="korean beside latin",
    draw=_korean,
    places=_KOREAN_PLACES,
    left=plain,
    right=_korean_in_latin,
    right_place=dict(zip(_KOREAN_PLACES, _IN_LATIN, strict=True)).__getitem__,
    family_first=(True, False),
    slips=False,
)
KOREAN_LATIN = Tongue(
    name="korean in latin twice",
    draw=_korean,
    places=_IN_LATIN,
    left=_korean_in_latin,
    right=_korean_in_latin,
    family_first=(True, False),
)
JAPANESE = Tongue(
    name="japanese",
    draw=_japanese,
    places=_JAPANESE_PLACES,
    left=plain,
    right=_old_signs,
    family_first=(True, True),
    slips=False,
)
KANA = Tongue(
    name="japanese kana",
    draw=_japanese,
    places=_JAPANESE_PLACES,
    left=partial(_kana, full_width=0.0),
    right=partial(_kana, full_width=0.5),
    family_first=(True, True),
    slips=False,
)
TONGUES = (VIETNAMESE, KOREAN, KOREAN_LATIN, JAPANESE, KANA)
