"""Names of other scripts in Latin letters, so that forms of one name can be laid beside each other.

Sources: the Uyghur Latin alphabet (ULY) of 2001 for the 32 letters of Uyghur in Arabic script; common values for the
further letters of Arabic and Persian; the usual English values for Cyrillic with its Turkic letters; pinyin for Han.
Accents are left off, as `fold` leaves them off.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache

from households_service.linkage.normal.letters import latin_of
from households_service.linkage.normal.script import Script

_UYGHUR = {
    "ا": "a", "ە": "e", "ب": "b", "پ": "p", "ت": "t", "ج": "j", "چ": "ch", "خ": "x", "د": "d", "ر": "r", "ز": "z",
    "ژ": "zh", "س": "s", "ش": "sh", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "گ": "g", "ڭ": "ng", "ل": "l", "م": "m",
    "ن": "n", "ھ": "h", "و": "o", "ۇ": "u", "ۆ": "o", "ۈ": "u", "ۋ": "w", "ې": "e", "ى": "i", "ي": "y",
}  # fmt: skip
_FURTHER_ARABIC = {
    "ث": "s", "ح": "h", "ذ": "z", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "ء": "", "ؤ": "u", "ه": "h",
    "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ے": "e", "ۅ": "o", "ۉ": "u",
}  # fmt: skip
_ARABIC = _UYGHUR | _FURTHER_ARABIC
_UYGHUR_VOWELS = frozenset("اەوۇۆۈېى")
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "ә": "e", "ө": "o", "ү": "u", "ұ": "u", "қ": "q", "ғ": "gh", "ң": "ng", "һ": "h", "җ": "j", "і": "i", "ї": "yi",
    "є": "ye", "ґ": "g", "ў": "w", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz",
}  # fmt: skip
_READINGS_IN_NAMES = {"都": "du", "卜": "bu", "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "朴": "piao"}
"""Where names are read otherwise than the character alone."""
_HAMZA_CARRIER = "ئ"


def romanised(part: str, script: Script) -> str:
    """Latin letters for one folded part of a name; the part itself where no rule is known.

    Short vowels that Arabic and Persian leave unwritten are not invented: compare by `skeleton` then.
    """
    if script is Script.HAN:
        return "".join(pinyin_syllables(part))
    if script is Script.ARABIC:
        return _from_arabic(part)
    if script is Script.CYRILLIC:
        return "".join(_CYRILLIC.get(letter, letter) for letter in part)
    return part if part.isascii() or script is Script.LATIN else latin_of(part)


def romanised_lines(parts: list[str], script: Script) -> list[str]:
    """`romanised` of each, in one go; no part holds the end of a line."""
    lines = "\n".join(parts)
    if script is Script.HAN:
        lines = lines.translate(_PINYIN)
    elif script is Script.ARABIC:
        lines = (
            _CARRIER_OF_VOWEL.sub("", _LAST_HEH.sub("e", _ARTICLE.sub("", lines)))
            .replace(_HAMZA_CARRIER, "y")
            .translate(_ARABIC_CODES)
        )
    elif script is Script.CYRILLIC:
        lines = lines.translate(_CYRILLIC_CODES)
    elif script is Script.OTHER:
        return [romanised(part, script) for part in parts]
    return lines.split("\n")


class _Pinyin(dict[int, str]):
    """Filled with the characters that are met."""

    def __missing__(self, code: int) -> str:
        self[code] = syllable = "\n" if code == ord("\n") else _syllable(chr(code))
        return syllable


_PINYIN = _Pinyin()
_ARABIC_CODES, _CYRILLIC_CODES = str.maketrans(_ARABIC), str.maketrans(_CYRILLIC)
_ARTICLE = re.compile("(?m)^ال(?=[^\n]{4})")
"""Al- before a name of four letters or more comes and goes; shorter ones (الياس) may begin so themselves."""
_CARRIER_OF_VOWEL = re.compile(f"{_HAMZA_CARRIER}(?=[{''.join(sorted(_UYGHUR_VOWELS))}])")
_LAST_HEH = re.compile(f"(?m)(?<=[^\n{''.join(sorted(_UYGHUR_VOWELS))}])ه$")


def pinyin_syllables(part: str) -> tuple[str, ...]:
    """One toneless syllable per Han character, ü as u; other characters as they stand.

    Character by character: words of everyday Chinese would bend the reading of names, and cost fifty times as much.
    """
    return tuple(map(_syllable, part))


@lru_cache(maxsize=32_768)
def _syllable(character: str) -> str:
    # Imported with the first Han name, and without the dictionary of phrases: characters are read one by one, and it
    # would cost every process a quarter of a second and fifty megabytes.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - see above

    return _READINGS_IN_NAMES.get(character) or "".join(lazy_pinyin(character)).replace("ü", "u").replace("v", "u")


def _from_arabic(part: str) -> str:
    letters = []
    part = _ARTICLE.sub("", part)
    for place, letter in enumerate(part):
        if letter == _HAMZA_CARRIER:
            follower = part[place + 1 : place + 2]
            letters.append("" if follower in _UYGHUR_VOWELS else "y")
        elif letter == "ه" and place and part[place - 1] not in _UYGHUR_VOWELS and place + 1 == len(part):
            letters.append("e")
        else:
            letters.append(_ARABIC.get(letter, letter))
    return "".join(letters)
