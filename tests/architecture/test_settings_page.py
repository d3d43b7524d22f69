"""docs/chassis.md lists every setting of every process, with its default, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from chassis.settings import PREFIX, SERVICE_PREFIXES, CommonSettings
from employment_service.settings import EmploymentSettings
from gateway.settings import GatewaySettings
from holdfast.settings import ConsoleSettings
from households_service.settings import HouseholdsSettings
from risk_service.settings import RiskSettings

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"\| `(HOLDFAST_[A-Z0-9_]+)` \| (.+?) \| (.+?) \| (.+) \|")
OWN: dict[str, type[CommonSettings]] = {
    "gateway": GatewaySettings,
    "households": HouseholdsSettings,
    "employment": EmploymentSettings,
    "risk": RiskSettings,
}
EVERY: tuple[type[CommonSettings], ...] = (ConsoleSettings, *OWN.values())
LISTED = [
    match
    for line in (ROOT / "docs" / "chassis.md").read_text(encoding="utf-8").splitlines()
    if (match := ROW.fullmatch(line))
]


def variables(settings: type[CommonSettings]) -> dict[str, str]:
    """Name and default as the page writes it."""
    return {PREFIX + name.upper(): shown(field.default) for name, field in settings.model_fields.items()}


def shown(default: object) -> str:
    assert default is not PydanticUndefined, "Every setting has a default."
    return "none" if default is None or default == "" else f"`{default}`"


def expected() -> dict[str, tuple[str, str]]:
    """Default and reader of every variable: what all processes have in common, then each one's own."""
    common = variables(CommonSettings)
    found = {name: (default, "all") for name, default in common.items()}
    for reader, settings in OWN.items():
        found |= {name: (default, reader) for name, default in variables(settings).items() if name not in common}
    return found


def test_the_table_of_settings_is_what_the_processes_read() -> None:
    assert {row[1]: (row[2], row[3]) for row in LISTED} == expected()


def test_the_table_is_sorted() -> None:
    assert [row[1] for row in LISTED] == sorted(row[1] for row in LISTED)


def test_every_settings_class_is_in_the_table() -> None:
    """Guards the list above: a new process adds its class there."""
    in_code = {
        match[1]
        for package in ("chassis", "gateway", "households_service", "employment_service", "risk_service", "holdfast")
        for path in (ROOT / package).rglob("*.py")
        for match in re.finditer(r"^class (\w+)\(\w*Settings\)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert in_code == {CommonSettings.__name__, *(settings.__name__ for settings in EVERY)}


@pytest.mark.parametrize(("reader", "settings"), OWN.items(), ids=OWN)
def test_a_service_names_its_own_settings_after_itself(reader: str, settings: type[CommonSettings]) -> None:
    own = settings.model_fields.keys() - CommonSettings.model_fields.keys()

    assert {name for name in own if not name.startswith(f"{reader}_")} == set()
    assert f"{reader.upper()}_" in SERVICE_PREFIXES


def test_other_defaults_of_a_process_are_told_in_the_meaning() -> None:
    common, meanings = variables(CommonSettings), {row[1]: row[4] for row in LISTED}
    differing = [
        (name, default)
        for settings in EVERY
        for name, default in variables(settings).items()
        if name in common and common[name] != default
    ]

    assert sorted(name for name, _ in differing) == ["HOLDFAST_HTTP_PORT", "HOLDFAST_MODE"]
    assert [name for name, default in differing if default.strip("`") not in meanings[name]] == []


def test_no_program_reads_a_variable_past_the_settings() -> None:
    """Every HOLDFAST_ name that stands in the code is a setting."""
    named = {
        (name, str(path.relative_to(ROOT)))
        for package in ("chassis", "gateway", "households_service", "employment_service", "risk_service", "holdfast")
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r"HOLDFAST_[A-Z0-9_]*[A-Z0-9]", path.read_text(encoding="utf-8"))
    }

    prefixes = {PREFIX + prefix.rstrip("_") for prefix in SERVICE_PREFIXES}
    assert sorted(item for item in named if item[0] not in expected() and item[0] not in prefixes) == []
