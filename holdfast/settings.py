"""What the console itself reads from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from chassis.settings import CommonSettings, load

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds the packages (and `proto/`)."""


class ConsoleSettings(CommonSettings):
    """For the console, `database_url` is the address of a server's administrator, not of one database.

    Empty addresses mean the embedded engines.
    """

    mode: Literal["production", "development", "demo"] = "development"

    @property
    def data_folder(self) -> Path:
        """Absolute. A relative one is meant from the folder the command is called in; the default from ROOT."""
        if self.data == CommonSettings.model_fields["data"].default:
            return default_data_folder()
        return self.data.absolute()


def console_settings(environment: Mapping[str, str] | None = None) -> ConsoleSettings:
    """Raises InvalidSetting or UnknownSetting, naming the variable."""
    given = os.environ if environment is None else environment
    return load(ConsoleSettings, given)


def default_data_folder() -> Path:
    """In the checkout that the console belongs to; for an installed console, in the current folder."""
    place = ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()
    return place / ".holdfast"
