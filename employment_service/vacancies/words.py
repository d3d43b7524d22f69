"""The words of terms in the languages the product speaks. Figures are rendered; words must be given by somebody."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.caller import LOCALES
from chassis.errors import InvalidInput


def spoken(tag: str | None) -> str | None:
    """The language of the product that a tag means: "zh" is zh-CN, "en-GB" is en. `None`: none of them."""
    if tag is None:
        return None
    primary = tag.partition("-")[0].lower()
    return next((each for each in LOCALES if each.partition("-")[0] == primary), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsText:
    """What is said in words, in one language. It is no part of the hash: that covers figures and the words as written
    first, so that a consent in any language is to the same terms.
    """

    language: str
    task: str
    workplace: str
    help_contact: str

    def __post_init__(self) -> None:
        if self.language not in LOCALES:
            raise InvalidInput(f"Words are given in one of {', '.join(LOCALES)}.", field="terms.words.language")
        for name, text in (("task", self.task), ("workplace", self.workplace), ("helpContact", self.help_contact)):
            if not 1 <= len(text.strip()) <= 500:
                raise InvalidInput("This must be said in 1 to 500 characters.", field=f"terms.words.{name}")


def require_one_each(texts: tuple[TermsText, ...]) -> None:
    if len({text.language for text in texts}) != len(texts):
        raise InvalidInput("Words are given once in each language.", field="terms.words")
