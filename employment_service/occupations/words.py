"""From a posted title to the words that name the job, and from words to character n-grams.

What a vacancy says besides (urgency, pay, hours, gender forms, benefits) is the same for every occupation and only
makes strangers alike. Nothing is looked up: what is unknown stays, and the index learns what it is worth.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST_TITLE = 400

_FOLDED = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        "ё": "е",
        "·": "·",
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
    }
)
_ACCENTS = re.compile("[\u0300-\u036f]")

# (m/w/d), m/f, H/F, f-m-x ... in brackets or free-standing.
_GENDERS = re.compile(
    r"\(?\b(?:all genders|gn|[mfwhkn]\s*[/|*.\-]\s*[mfwhkdxi](?:\s*[/|*.\-]\s*[mfwdxain])?(?:\s*[/|]\s*[dxin])?)\b\)?"
)
# Fahrer/in, Fahrer*innen, Verkäufer:in, ouvrier(e), conducteur/trice, camarero/a, enfermeir@
_ENDINGS = re.compile(
    r"(?<=[^\W\d_]{2})(?:[/*:_·]\s?-?(?:innen|in|frau|mann|e|ne|a|as|euse|rice|trice|ere|iere|ca|ka|ra|ora)\b"
    r"|\(-?(?:innen|in|s|e|ne|a|as|es|frau|euse|trice|ere|ca|ka)\)|@\b)"
)
_MONEY = re.compile(
    r"(?:[$€£¥￥]|\b(?:usd|eur|cny|rmb|gbp|chf|pln|rub)\b)?\s?(?<![a-z\d])\d[\d.,' ]*(?![dg](?![a-z]))\s?"
    r"(?:[-~–至到]\s?\d[\d.,' ]*)?\s?(?:[$€£¥￥%+]|usd|eur|cny|rmb|gbp|chf|pln|zl|rub|руб|[kw](?![a-z])|[万千元块]|)"
    r"(?:\s?(?:/|per|par|pro|al|por|na|v|a)\s?(?:month|mth|mo|hour|hr|h|day|week|year|annum|mois|heure|monat|stunde|mes|hora|mese"
    r"|ora|godz|mies|час|месяц|天|月|小时|年|日))?"
)
# Driving licences, 3D, 5G ...: kept where other figures go.
_FIGURES = re.compile(r"(?<![a-z0-9])(?:([abcd][12]e?|[23]d|[345]g|b2[bc])(?![a-z0-9])|\d+)|\d+")
_CODES = re.compile(r"(?<![\w])[a-z]{1,3}\d{3,}[a-z]*(?![a-z])|#\w+")

_CHINESE_NOISE = re.compile(
    "[五六七八]险[一二两]?金?|[一二]金|包吃包住|包吃住|包食宿|管吃住|管吃管住|包住宿|包住|包吃|[有提]?供?食宿|提供住宿|[单双大小]休|月休|周末|"
    "[急直代诚高特]招|[急诚直]聘|招聘|聘请|招募|应聘|高薪|高收入|[年月底日时周]薪|无责|底薪|提成|奖金|社保|带薪培训|带薪|培训上岗|日结|周结|月结|现结|"
    "无经验|经验不限|学历不限|可小白|小白|可实习|应届生|长白班|白班|夜班|坐班|朝九晚[五六]|上市公司|大厂|急缺|急需|若干名?|[男女]女不限|限[男女]|"
    "待遇优厚|待遇好|福利好|转正|保底|稳定|轻松|上班|加班|餐补|房补|工资|薪资|面议|[双长]期|就近|附近|可预支|节假日|过万"
)
# Only words that no job is named by: whatever else is noise, the index weighs for itself.
_LATIN_NOISE = frozenset(
    """
    urgent urgently asap hiring wanted vacancy vacancies immediate immediately fulltime parttime visa
    sponsorship bonus gesucht suchen sucht dringend vollzeit teilzeit minijob stellenangebot unbefristet
    befristet mwd quereinsteiger gehalt recrute recrutons recherche recherchons cherche cdi cdd interim
    debutant busca buscamos solicita solicitamos necesita necesitamos urgente urge vacante jornada
    inmediata incorporacion procura precisa vaga vagas cercasi cerca cerchiamo ricerca zatrudnie
    zatrudnimy poszukujemy szukamy etat hledame prijmeme gezocht vacature sokes heltid deltid araniyor
    alinacak ilani требуется требуются срочно вакансия ищем нужен нужна нужны приглашаем вахта вахтой
    подработка зарплата
    """.split()  # noqa: SIM905 - a page of words
)
_SMALL_WORDS = frozenset(
    """
    a an the of in for and or with to at on by from und der die das fur mit im bei de du des la le les
    et en pour avec au aux el los las y o con para por da do dos das di del della dei degli e per il lo
    i gli van het een voor met og av i na w z ze do и в на с по для not elsewhere classified nec other
    """.split()  # noqa: SIM905 - a page of words
)
_WORD = re.compile(r"[^\W_]+(?:[+#]{1,2})?(?:'[^\W_]+)?")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUNS = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_MARKED = re.compile(r"[/|*.\-:_·(@]|\b(?:gn|all genders)\b")
_FIGURED = re.compile(r"[\d#]")


def folded(title: str) -> str:
    """One form for full-width and half-width, capitals, accents of Latin letters. Longer titles are cut."""
    if title.isascii():
        return title[:LONGEST_TITLE].lower().translate(_FOLDED)
    text = unicodedata.normalize("NFKD", title[:LONGEST_TITLE]).casefold()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", text)).translate(_FOLDED)


def words_of(title: str) -> list[str]:
    """The words that may name a job, in their order. Never empty where the title has a letter: if all of it looks
    like noise, nothing is taken away.
    """
    text = folded(title)
    # Most titles have neither a mark nor a figure: what looks for them is not asked.
    cleaned = _ENDINGS.sub("", _GENDERS.sub(" ", text)) if _MARKED.search(text) else text
    if _IS_CJK.search(text):
        cleaned = _CHINESE_NOISE.sub(" ", cleaned)
    if _FIGURED.search(cleaned):
        cleaned = _FIGURES.sub(_kept, _MONEY.sub(" ", _CODES.sub(" ", cleaned)))
    words = [word for word in _split(cleaned) if word not in _LATIN_NOISE]
    return words or list(_split(text))


def telling(title: str) -> list[str]:
    """Without the small words between them."""
    return [word for word in words_of(title) if word not in _SMALL_WORDS]


def _kept(figure: re.Match[str]) -> str:
    return figure[1] or " "


def _split(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        yield from _RUNS.findall(word)


def grams_of(words: list[str]) -> list[str]:
    """Character n-grams that know where a word begins and ends; of an alphabet also whole words and neighbours.

    A script without spaces tells words apart by 1 to 4 characters; an alphabet needs 2 to 5 and the word itself, with
    which inflected forms and compounds still share most.
    """
    grams: list[str] = []
    before = ""
    for word in words:
        if _IS_CJK.match(word):
            marked = f"^{word}$"
            grams.extend(marked[at : at + size] for size in (1, 2, 3, 4) for at in range(len(marked) - size + 1))
            before = ""
            continue
        if word in _SMALL_WORDS:
            continue
        marked = f"^{word}$"
        grams.append(f"={word}")
        grams.extend(marked[at : at + size] for size in (3, 4, 5) for at in range(len(marked) - size + 1))
        if before:
            grams.append(f"={before}={word}" if before < word else f"={word}={before}")
        before = word
    return grams


def key_of(title: str) -> str:
    """Two titles with one key are one title: order, case, pay and place of noise apart."""
    return " ".join(sorted(words_of(title)))
