from __future__ import annotations

from pathlib import Path

import pytest

from chassis.settings import UnknownSetting
from holdfast.settings import ROOT, console_settings


def test_the_data_folder_lies_in_the_project_unless_named() -> None:
    assert console_settings({}).data_folder == ROOT / ".holdfast"
    assert console_settings({"HOLDFAST_DATA": "/srv/x"}).data_folder == Path("/srv/x")
    assert console_settings({"HOLDFAST_DATA": "here"}).data_folder == Path.cwd() / "here"


def test_the_console_tries_out_unless_told_that_it_is_production() -> None:
    assert console_settings({}).mode == "development"
    assert console_settings({"HOLDFAST_MODE": "demo"}).mode == "demo"


def test_a_variable_with_a_typing_error_is_refused_by_name() -> None:
    with pytest.raises(UnknownSetting, match="HOLDFAST_DATEN"):
        console_settings({"HOLDFAST_DATEN": "/srv/x"})
