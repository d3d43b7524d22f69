"""What an examination found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`remedy` is empty where nothing is wrong."""

    subject: str
    observation: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        return not self.remedy
