"""Which characters a name may hold: whatever can be shown, of whatever age.

The interpreter's own table of Unicode is years behind the Han characters that civil registries use in names
(extensions H, I and J are "unassigned" to it), and a name must not be refused for being rarer than a program is new.
"""

from __future__ import annotations

_HAN_PLANES = range(0x2_0000, 0x4_0000)
"""The supplementary and the tertiary ideographic plane: nothing but Han characters is or will be assigned there."""
_NONCHARACTERS = frozenset({0xFFFE, 0xFFFF})
"""The last two places of each plane are no characters and never will be."""


def can_be_shown(text: str) -> bool:
    """False for controls, line and paragraph separators, surrogates, private use and what is unassigned elsewhere."""
    return text.isprintable() or all(character.isprintable() or _is_han(character) for character in text)


def _is_han(character: str) -> bool:
    code = ord(character)
    return code in _HAN_PLANES and code & 0xFFFF not in _NONCHARACTERS
