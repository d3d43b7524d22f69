"""One name in several scripts: from Uyghur Latin letters to Han characters as clerks choose them, Arabic and Cyrillic.

The Han tables offer two characters for most syllables, as clerks differ; a name may get either in each record.
"""

from __future__ import annotations

import re

import numpy as np

_OPEN = """
   a阿 e艾 i依伊 o奥吾 u吾乌 ö约吾 ü玉于
p  a帕 e派排 i皮比 o坡颇 u普甫 ö坡 ü普
b  a巴 e拜白 i比毕 o波博 u布卜 ö波 ü布
m  a马玛 e买麦 i米 o莫木 u木穆 ö莫 ü木
f  a法 e法 i菲 o福 u夫甫 ö福 ü甫
w  a瓦 e外 i维 o沃 u吾武 ö沃 ü吾
t  a塔 e台太 i提铁 o托 u吐图 ö托 ü吐
d  a达 e代 i迪地 o多 u都杜 ö多 ü都
n  a娜那 e乃奈 i尼 o诺 u努 ö诺 ü努
l  a拉 e来莱 i力里 o洛罗 u鲁路 ö洛 ü鲁
r  a热拉 e热来 i日力 o肉若 u茹鲁 ö若 ü茹
s  a萨沙 e赛色 i斯西 o索 u苏 ö索 ü苏
z  a扎 e再则 i孜 o佐肉 u祖 ö佐 ü祖
sh a夏沙 e谢 i西希 o肖 u舒修 ö肖 ü舒
ch a恰查 e且切 i其奇 o乔 u楚曲 ö乔 ü楚
j  a加贾 e杰加 i吉及 o觉 u居朱 ö觉 ü居
y  a亚牙 e耶叶 i依伊 o尤约 u玉尤 ö约 ü玉
k  a卡喀 e开克 i克基 o阔科 u库 ö阔 ü库
q  a卡喀 e开克 i克齐 o阔霍 u库 ö阔 ü库
g  a嘎尕 e盖格 i格给 o果戈 u古 ö果 ü古
gh a尕嘎 e盖 i格 o霍果 u古呼 ö果 ü古
x  a哈 e海赫 i西黑 o霍 u胡 ö霍 ü胡
h  a哈阿 e海艾 i依希 o霍奥 u乎胡 ö霍 ü玉
"""
_NASAL = """
   a安 e安恩 i英 o翁 u温 ö翁 ü云
p  a潘 e潘 i品 o蓬 u蓬
b  a班 e班 i宾 o邦 u本
m  a曼 e曼 i敏明 o蒙 u蒙
f  a凡 e凡 i芬 o丰 u丰
w  a万 e万 i文 o翁 u文
t  a坦唐 e坦 i丁廷 o通 u通 ü通
d  a丹 e旦 i丁 o东 u顿
n  a南 e南 i宁 o农 u农
l  a兰 e兰 i林 o龙 u伦
r  a然 e然 i仁 o荣 u润
s  a桑散 e散森 i辛 o松 u逊松
z  a赞 e赞 i珍 o宗 u宗
sh a山 e先 i辛 o雄 u顺
ch a灿 e前 i钦 o琼 u春
j  a江 e健 i金 o炯 u俊
y  a延燕 e艳 i音 o永 u云
k  a坎 e肯 i金 o孔 u昆
q  a坎 e肯 i钦 o孔 u昆
g  a干 e根 i金 o贡 u贡
gh a甘 e甘 i根 o洪 u洪
x  a汗 e汗 i辛 o洪 u洪
h  a汗 e汗 i欣 o洪 u洪
"""
_CLOSING = {
    "r": "尔", "l": "勒力", "m": "木", "t": "提特", "k": "克", "q": "克", "p": "甫普", "b": "甫布", "s": "斯",
    "z": "孜兹", "sh": "西什", "ch": "其奇", "j": "吉", "d": "德提", "g": "格", "gh": "格", "x": "合赫", "h": "合赫",
    "w": "吾", "y": "依", "f": "甫", "n": "恩",
}  # fmt: skip
_LETTER = re.compile("ng|gh|sh|ch|zh|[a-zöü]")
VOWELS = frozenset("aeioöuü")
_ARABIC = {
    "a": "ا", "e": "ە", "b": "ب", "p": "پ", "t": "ت", "j": "ج", "ch": "چ", "x": "خ", "d": "د", "r": "ر", "z": "ز",
    "zh": "ژ", "s": "س", "sh": "ش", "gh": "غ", "f": "ف", "q": "ق", "k": "ك", "g": "گ", "ng": "ڭ", "l": "ل", "m": "م",
    "n": "ن", "h": "ھ", "o": "و", "u": "ۇ", "ö": "ۆ", "ü": "ۈ", "w": "ۋ", "i": "ى", "y": "ي",
}  # fmt: skip
_CYRILLIC = {
    "a": "а", "e": "ә", "b": "б", "p": "п", "t": "т", "j": "җ", "ch": "ч", "x": "х", "d": "д", "r": "р", "z": "з",
    "zh": "ж", "s": "с", "sh": "ш", "gh": "ғ", "f": "ф", "q": "қ", "k": "к", "g": "г", "ng": "ң", "l": "л", "m": "м",
    "n": "н", "h": "һ", "o": "о", "u": "у", "ö": "ө", "ü": "ү", "w": "в", "i": "и", "y": "й",
}  # fmt: skip


def _table(text: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for line in text.strip("\n").splitlines():
        onset, cells = line[:3].strip(), line[3:].split()
        found |= {(onset, cell[0]): cell[1:] for cell in cells}
    return found


_OPEN_SYLLABLES, _NASAL_SYLLABLES = _table(_OPEN), _table(_NASAL)


def letters_of(latin: str) -> list[str]:
    """Letters of Uyghur Latin, two-letter ones as one."""
    return _LETTER.findall(latin.lower())


def han(latin: str, random: np.random.Generator) -> str:
    """A transliteration, syllable by syllable; which of two usual characters is a matter of chance."""
    letters = letters_of(latin)
    characters = []
    place = 0
    while place < len(letters):
        onset = "" if letters[place] in VOWELS else letters[place]
        vowel = letters[place + bool(onset)] if place + bool(onset) < len(letters) else ""
        if vowel not in VOWELS:
            characters.append(_choice(_CLOSING.get(onset, ""), random))
            place += 1
            continue
        place += bool(onset) + 1
        closing = letters[place] if place < len(letters) else ""
        following = letters[place + 1] if place + 1 < len(letters) else ""
        nasal = _NASAL_SYLLABLES.get((onset, vowel)) if closing in {"n", "ng"} and following not in VOWELS else None
        if nasal is not None:
            characters.append(_choice(nasal, random))
            place += 1
        else:
            characters.append(_choice(_OPEN_SYLLABLES.get((onset, vowel), ""), random))
    return "".join(characters)


def arabic(latin: str) -> str:
    letters = letters_of(latin)
    carrier = "ئ" if letters and letters[0] in VOWELS else ""
    return carrier + "".join(_ARABIC[letter] for letter in letters)


def cyrillic(latin: str) -> str:
    return "".join(_CYRILLIC[letter] for letter in letters_of(latin)).capitalize()


def _choice(characters: str, random: np.random.Generator) -> str:
    if len(characters) < 2 or random.random() < 0.75:
        return characters[:1]
    return characters[1]
