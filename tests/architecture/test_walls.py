"""The walls between parts: who may import whom, what rules may know, and what is listened to."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from chassis.subscription import Subscription
from chassis.uow import UnitOfWork
from employment_service.copies.subscribers import HOUSEHOLDS
from employment_service.matching.warnings import RISK
from households_service.main import SUBSCRIPTIONS as HOUSEHOLDS_HEARS
from risk_service.main import SUBSCRIPTIONS
from tests.architecture.codes import tree_of
from tests.contract import catalogue

Work = TypeVar("Work", bound=UnitOfWork)
ROOT = Path(__file__).resolve().parents[2]
LINT = str(Path(sys.executable).with_name("lint-imports"))
SERVICES = ("households_service", "employment_service", "risk_service")
RULES = sorted(path for service in SERVICES for path in (ROOT / service).rglob("domain.py"))
# Whatever a rule needs of these is given to it.
IMPURE_MODULES = frozenset({"random", "secrets", "time", "os", "asyncio", "socket", "logging", "structlog"})
IMPURE_CALLS = frozenset({"now", "utcnow", "today", "uuid1", "uuid4", "uuid7", "new_id"})
OF_THE_CHASSIS = frozenset({"chassis.errors", "chassis.clock", "chassis.identity"})


def lint(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache", *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}", "PATH": str(Path(sys.executable).parent), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nobody_imports_over_a_wall() -> None:
    done = lint()

    assert done.returncode == 0, done.stdout


def test_a_broken_wall_would_be_noticed(tmp_path: Path) -> None:
    """The gate itself: a wall through something that is imported is reported."""
    config = tmp_path / "walls.toml"
    config.write_text(
        '[tool.importlinter]\nroot_packages = ["chassis"]\n'
        '[[tool.importlinter.contracts]]\nname = "No unit of work publishes"\ntype = "forbidden"\n'
        'source_modules = ["chassis.uow"]\nforbidden_modules = ["chassis.outbox"]\n',
        encoding="utf-8",
    )

    done = lint("--config", str(config))

    assert done.returncode == 1
    assert "No unit of work publishes BROKEN" in done.stdout


def test_every_package_stands_in_the_layers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    linter = project["tool"]["importlinter"]
    layers = {name.strip() for layer in linter["contracts"][0]["layers"] for name in layer.split("|")}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages == layers
    assert set(linter["root_packages"]) == packages | {"contracts"}


def test_every_room_of_rules_is_looked_at() -> None:
    assert len(RULES) >= 28


@pytest.mark.parametrize("room", RULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_name_their_types(room: Path) -> None:
    names = [node for node in ast.walk(tree_of(room)) if isinstance(node, ast.Name) and node.id == "Any"]
    attributes = [node for node in ast.walk(tree_of(room)) if isinstance(node, ast.Attribute) and node.attr == "Any"]

    assert names + attributes == [], "Say what it is: a Protocol, a union or a dataclass instead of Any."


@pytest.mark.parametrize("room", RULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_take_time_ids_and_chance_as_arguments(room: Path) -> None:
    modules = {name for name in _imported(room) if name.split(".")[0] in IMPURE_MODULES}
    calls = {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for node in ast.walk(tree_of(room))
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Attribute, ast.Name))
    }

    assert modules == set()
    assert calls & IMPURE_CALLS == set(), "Take it as an argument."


@pytest.mark.parametrize("room", RULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_know_their_own_service_and_the_errors(room: Path) -> None:
    own = room.relative_to(ROOT).parts[0]
    ours = {name for name in _imported(room) if (ROOT / name.split(".")[0]).is_dir()}

    assert {name for name in ours if not name.startswith(own + ".")} <= OF_THE_CHASSIS


def test_whoever_listens_listens_to_an_event_of_its_source() -> None:
    subscriptions: list[tuple[str, set[str]]] = [
        _told(HOUSEHOLDS),
        _told(RISK),
        *(_told(each) for each in SUBSCRIPTIONS),
        *(_told(each) for each in HOUSEHOLDS_HEARS),
    ]

    assert len(subscriptions) == _subscriptions_in_code(), "Add the new subscription to this test."
    for source, heard in subscriptions:
        events = {name for name in catalogue.event_types() if name.startswith(f"contracts.{source}.v1.")}

        assert heard
        assert heard - events == set()


def test_no_service_listens_to_itself() -> None:
    assert "employment" not in {HOUSEHOLDS.source, RISK.source}
    assert {each.source for each in SUBSCRIPTIONS} & {"risk"} == set()
    assert {each.source for each in HOUSEHOLDS_HEARS} & {"households"} == set()


def _told(subscription: Subscription[Work]) -> tuple[str, set[str]]:
    return subscription.source, {kind.DESCRIPTOR.full_name for kind in subscription.handlers}


def _subscriptions_in_code() -> int:
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Subscription"
        for service in SERVICES
        for path in (ROOT / service).rglob("*.py")
        for node in ast.walk(tree_of(path))
    )


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
