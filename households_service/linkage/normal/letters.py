"""Latin letters for scripts without rules of their own in `romanisation`: sound by sound, without a dictionary.

Sources: ELOT 743 for Greek, the Revised Romanisation for Hangul with the usual spellings of family names, the Unicode
names of letters for Kana and the scripts of India, common values for Hebrew, Georgian and Armenian.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _table(signs: str, sounds: str) -> dict[str, str]:
    return dict(zip(signs, sounds.split(), strict=True))


_GREEK = _table("αβγδεζηθικλμνξοπρστυφχψω", "a v g d e z i th i k l m n x o p r s t y f ch ps o")
_GREEK_PAIRS = {
    "ου": "ou", "αυ": "av", "ευ": "ev", "ηυ": "iv", "μπ": "b", "ντ": "d", "γκ": "g", "γγ": "ng", "γχ": "nch", "ει": "i",
    "οι": "i", "αι": "e", "τζ": "tz", "τσ": "ts",
}  # fmt: skip
_GREEK_PAIR = re.compile("|".join(_GREEK_PAIRS))
_HEBREW = _table("אבגדהוזחטיכךלמםנןסעפףצץקרשת", "a b g d h v z h t y k k l m m n n s a p f ts ts k r sh t")
_GEORGIAN = _table(
    "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h"
)
_ARMENIAN = _table(
    "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f",
)
_TABLES = _GREEK | _HEBREW | _GEORGIAN | _ARMENIAN
_LEADS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = _words("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
_TAILS = ("", *_words("k k ks n nj nh t l lk lm lb ls lt lp lh m p ps t t ng t t k t p t"))
_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_KOREAN_FAMILIES = {
    "김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho",
    "임": "lim", "신": "shin", "오": "oh", "안": "ahn", "유": "yoo", "류": "ryu", "고": "ko",
    "문": "moon", "우": "woo", "구": "koo", "노": "roh", "권": "kwon", "전": "jeon", "윤": "yoon",
    "손": "sohn", "주": "joo", "민": "min", "남궁": "namkung", "선우": "sunwoo",
}  # fmt: skip
_INHERENT = "a"


def latin_of(part: str) -> str:
    """One folded part of a name; characters without a rule stay."""
    if part in _KOREAN_FAMILIES:
        return _KOREAN_FAMILIES[part]
    if "\u0370" <= part[:1] <= "\u03ff":
        part = _GREEK_PAIR.sub(lambda match: _GREEK_PAIRS[match.group()], part)
    sounds: list[str] = []
    for letter in part:
        kind, sound = _sound(letter)
        if kind in {"vowel sign", "virama"} and sounds and sounds[-1].endswith(_INHERENT):
            sounds[-1] = sounds[-1][:-1]
        if kind in {"long", "double"}:
            continue
        if kind == "small" and sounds and len(sounds[-1]) > 1 and sounds[-1].endswith("i"):
            sounds[-1] = sounds[-1][:-1]
            sound = sound.removeprefix("y") if sounds[-1].endswith(("sh", "ch", "j")) else sound
        sounds.append(sound)
    # the last short a of a word is written in the scripts of India, and heard in none of the North
    if sounds and len(sounds) > 1 and _sound(part[-1])[0] == "consonant":
        sounds[-1] = sounds[-1].removesuffix(_INHERENT)
    return "".join(sounds)


@lru_cache(maxsize=8192)
def _sound(letter: str) -> tuple[str, str]:  # noqa: PLR0911  one return for each kind of sign
    """What kind of sign it is, and its sound."""
    if letter in _TABLES:
        return "letter", _TABLES[letter]
    if _FIRST_SYLLABLE <= ord(letter) <= _LAST_SYLLABLE:
        place = ord(letter) - _FIRST_SYLLABLE
        return "letter", _LEADS[place // 588] + _VOWELS[place % 588 // 28] + _TAILS[place % 28]
    name = unicodedata.name(letter, "")
    if name.startswith(("HIRAGANA ", "KATAKANA ")):
        return _kana(name)
    if name.endswith(("VIRAMA", "HALANT")):
        return "virama", ""
    for mark, sound in (("SIGN ANUSVARA", "n"), ("SIGN CANDRABINDU", "n"), ("TIPPI", "n"), ("SIGN VISARGA", "h")):
        if name.endswith(mark):
            return "mark", sound
    if " VOWEL SIGN " in name:
        return "vowel sign", _plain(name.rpartition(" VOWEL SIGN ")[2])
    if name.startswith(_OF_INDIA) and " LETTER " in name:
        sound = _plain(name.rpartition(" LETTER ")[2])
        return ("consonant" if len(sound) > 1 and sound.endswith(_INHERENT) else "letter"), sound
    return "letter", "" if name.endswith("SIGN NUKTA") else letter


_OF_INDIA = (
    "DEVANAGARI ", "BENGALI ", "GURMUKHI ", "GUJARATI ", "ORIYA ", "TAMIL ", "TELUGU ", "KANNADA ", "MALAYALAM ",
    "SINHALA ",
)  # fmt: skip
_LONG_VOWELS = {
    "aa": "a",
    "ii": "i",
    "uu": "u",
    "ee": "e",
    "oo": "o",
    "vocalic r": "ri",
    "candra e": "e",
    "candra o": "o",
}


def _plain(name: str) -> str:
    """The sound in a letter's name: KHA, AA, NNA (a retroflex n), VA."""
    low = name.lower()
    if low in _LONG_VOWELS:
        return _LONG_VOWELS[low]
    low = low.split()[-1]
    return re.sub(r"^(.)\1", r"\1", low).replace("ssh", "sh")


def _kana(name: str) -> tuple[str, str]:
    if "PROLONGED" in name:
        return "long", ""
    sound = name.rpartition(" ")[2].lower().replace("si", "shi").replace("ti", "chi").replace("tu", "tsu")
    sound = sound.replace("hu", "fu").replace("zi", "ji").replace("du", "zu")
    if " SMALL " in name:
        return ("double", "") if sound == "tsu" else ("small", sound)
    return "letter", sound


_VOWELS_OF_UYGHUR = frozenset("ەۇۆۈېئ")
_HEBREW_FROM, _ARABIC_TO = "\u05d0", "\u06ff"


def is_unvowelled(part: str) -> bool:
    """Arabic or Hebrew letters, and none of those by which Uyghur writes its vowels."""
    return not part.isascii() and _HEBREW_FROM <= part[:1] <= _ARABIC_TO and _VOWELS_OF_UYGHUR.isdisjoint(part)


_HEARD = re.compile("kh|gh|sch|sh|ch|th|dh|dj|ph|ck|q|g|c|x")
_AS = {
    "kh": "x", "x": "x", "gh": "r", "sch": "S", "sh": "S", "ch": "S", "th": "t", "dh": "d", "dj": "j", "ph": "f",
    "ck": "k", "q": "k", "g": "j", "c": "k",
}  # fmt: skip
_SILENT = re.compile("[aeiouyw' ]|h$")
_DOUBLED = re.compile(r"(.)\1+")
_LATIN_ARTICLE = re.compile("^[ae]l ?(?=.{4})")


@lru_cache(maxsize=65_536)
def consonants(latin: str) -> str:
    """What is left of a name where short vowels are not written: Mohammed and mhmd are mhmd, Al-Qurashi is krS."""
    bare = _LATIN_ARTICLE.sub("", latin)
    heard = _HEARD.sub(lambda match: _AS[match.group()], bare)
    return _DOUBLED.sub(r"\1", _SILENT.sub("", heard))
