"""What can keep an engine from running, each with the way out."""

from __future__ import annotations


class EngineFailed(Exception):
    """An engine could not be prepared or started; `remedy` is what a person can do about it."""

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.remedy = remedy
