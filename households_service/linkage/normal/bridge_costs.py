"""What the transliteration of names into Han characters does to their sounds, as costs between 0 and 1.

Curated from public conventions of rendering Uyghur names: Chinese has few closed syllables, so most final consonants
get a vowel of their own (Mehmut is mai-he-mu-ti); r before a consonant is "er"; final b and p are "fu"; q, k share
characters, as do x and h; s before a front vowel is often "x" or "sh"; nasal finals swallow n, ng and now and then m.
"""

from __future__ import annotations

_CONSONANTS = """
b  b0 p.2 w.5 m.6
p  p0 b.2 f.3
m  m0 n.6 b.7
f  p0 f0 b.1 w.4
d  d0 t.15
t  t0 d.1
n  n0 ng.1 l.6 m.6
l  l0 r.25 n.6
g  g0 gh0 k.25 q.25
k  k0 q0 g.3 gh.3 x.4 h.5
h  x0 h0 gh.25 q.3 k.4 f.5
j  j0 zh.2 ch.3 g.3 k.4 z.4
q  ch0 q.2 j.35 k.3 sh.5
x  sh0 s.1 x.1 h.2
zh j.1 zh0 ch.3 z.3
ch ch0 sh.3 s.5
sh sh0 s.05 ch.4 x.4
r  r0 l.4 z.4 zh.3 y.5
z  z0 s.25 zh.4 j.5
c  s.3 z.3 ch.3
s  s0 z.2 sh.25 x.5
w  w0 gh.4 h.35 u.1 o.1 ü.15 ö.15 b.5
y  y0 i.1 h.35 e.3 j.5 ü.15 ö.15 gh.6
R  r0 l.25 n.7
N  n0 ng0 m.3
"""
"""Pinyin initial, R for the syllable er, N for a nasal final; then Latin letters with the cost of standing for it."""
_VOWELS = """
a  a0 e.15 o.4 i.5 u.6 ö.5 ü.6
ai e0 a.15 i.25 o.5 u.6 ö.5 ü.6
e  e.05 a.1 i.15 o.3 u.4 ö.4 ü.4
i  i0 e.15 ü.3 u.35 a.4 o.5 ö.4
o  o0 u.15 a.25 ö.1 ü.3 e.4 i.6
u  u0 o.1 ü.05 ö.15 e.35 a.4 i.4
"""
_VOWEL_WEIGHT = 0.45
"""Vowels are lost and changed easily; a wrong one says less than a wrong consonant."""
FINALS = {
    "a": "a", "ia": "a", "ua": "a", "ya": "a", "ai": "ai", "uai": "ai", "ei": "ai", "ui": "i", "ie": "ai", "ye": "ai",
    "ue": "o", "e": "e", "i": "i", "o": "o", "uo": "o", "ao": "o", "iao": "o", "ou": "u", "iu": "u", "u": "u",
    "an": "aN", "ang": "aN", "ian": "aN", "iang": "aN", "uan": "aN", "uang": "aN", "en": "eN", "eng": "eN",
    "un": "uN", "ong": "uN", "iong": "uN", "in": "iN", "ing": "iN",
}  # fmt: skip
"""Pinyin finals (initials y and w left on) as a vowel of the table above and N where they are nasal."""
UNSPOKEN = {
    "bu": 0.05, "pu": 0.05, "fu": 0.05, "mu": 0.05, "ti": 0.05, "te": 0.05, "di": 0.08, "de": 0.08, "ke": 0.05,
    "ge": 0.05, "he": 0.08, "si": 0.05, "zi": 0.05, "li": 0.08, "le": 0.05, "xi": 0.08, "shi": 0.05, "qi": 0.08,
    "ji": 0.1, "ri": 0.1, "re": 0.1, "ni": 0.12, "wu": 0.1, "yi": 0.1, "ku": 0.12, "tu": 0.12, "hu": 0.1,
    "du": 0.12, "na": 0.12,
}  # fmt: skip
"""Syllables that often stand for a consonant alone, with the cost of leaving out their vowel."""
LOST_VOWEL = 0.22
ADDED_VOWEL = 0.2
LOST = {"h": 0.4, "w": 0.15, "y": 0.15, "N": 0.55, "R": 0.6, "n": 0.7}
"""Consonants of the characters without a letter of the Latin form; others cost `LOST_CONSONANT`."""
ADDED = {"h": 0.3, "x": 0.45, "y": 0.15, "w": 0.35, "l": 0.5, "r": 0.5, "gh": 0.5, "n": 0.55, "ng": 0.55, "q": 0.7}
"""Letters of the Latin form that no character renders; others cost `ADDED_CONSONANT`."""
LOST_CONSONANT = 0.85
ADDED_CONSONANT = 0.8


def substitutions() -> dict[tuple[str, str], float]:
    """(sound of the characters, Latin letter) -> cost; pairs that are not listed cost 1 and are never aligned."""
    costs = _read(_CONSONANTS, 1.0)
    return costs | _read(_VOWELS, _VOWEL_WEIGHT)


def _read(text: str, weight: float) -> dict[tuple[str, str], float]:
    costs = {}
    for line in text.strip().splitlines():
        sound, *cells = line.split()
        for cell in cells:
            letter = cell.rstrip("0123456789.")
            costs[sound, letter] = float(cell[len(letter) :]) * weight
    return costs
