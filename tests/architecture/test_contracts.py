"""The contracts: linted, never broken, and their stubs are what they say."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from chassis.identity import Role, ScopeKind
from contracts.common.v1 import identity_pb2

ROOT = Path(__file__).resolve().parents[2]
BUF = str(Path(sys.executable).with_name("buf"))


def test_the_committed_stubs_are_what_the_contracts_say() -> None:
    specification = importlib.util.spec_from_file_location("proto_generate", ROOT / "proto" / "generate.py")
    assert specification is not None
    assert specification.loader is not None
    generate = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(generate)

    assert generate.stale() == []


def test_the_contracts_are_linted() -> None:
    assert subprocess.run([BUF, "lint", "proto"], cwd=ROOT, check=False).returncode == 0


def test_the_contracts_break_nobody() -> None:
    command = [BUF, "breaking", "proto", "--against", "proto/baseline.binpb"]

    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_a_removed_field_would_be_noticed(tmp_path: Path) -> None:
    """The gate itself: the same contracts with one field taken away are refused."""
    copied = tmp_path / "proto"
    for source in (ROOT / "proto").rglob("*.proto"):
        target = copied / source.relative_to(ROOT / "proto")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (copied / "buf.yaml").write_text((ROOT / "proto" / "buf.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    events = copied / "contracts" / "risk" / "v1" / "events.proto"
    text = events.read_text(encoding="utf-8")
    events.write_text(text.replace("  string policy_version = 6;\n", ""), encoding="utf-8")
    command = [BUF, "breaking", str(copied), "--against", str(ROOT / "proto" / "baseline.binpb")]

    assert text != events.read_text(encoding="utf-8")
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode != 0


def test_roles_and_scopes_are_the_same_in_code_and_contract() -> None:
    roles = {name.removeprefix("ROLE_") for name in sorted(identity_pb2.Role.keys())} - {"UNSPECIFIED"}
    scopes = {name.removeprefix("SCOPE_KIND_") for name in sorted(identity_pb2.ScopeKind.keys())} - {"UNSPECIFIED"}

    assert roles == set(Role)
    assert scopes == set(ScopeKind)


def test_no_event_can_carry_a_name_or_an_id_number() -> None:
    from contracts.employment.v1 import events_pb2 as employment
    from contracts.households.v1 import events_pb2 as households
    from contracts.risk.v1 import events_pb2 as risk

    fields = {
        f"{message.full_name}.{field.name}"
        for module in (employment, households, risk)
        for message in module.DESCRIPTOR.message_types_by_name.values()
        for field in message.fields
    }
    personal = {"name", "id_number", "phone", "address", "display_name", "diagnosis", "ethnicity", "religion"}

    assert {name for name in fields if name.rsplit(".", 1)[1] in personal} == {
        "contracts.households.v1.AreaChanged.name"
    }


def test_no_decision_can_leave_employment() -> None:
    from contracts.employment.v1 import employment_service_pb2, events_pb2

    words = ("decline", "refus", "resign", "decision", "offer", "reason")
    names = [
        f"{message.name}.{field.name}"
        for module in (events_pb2, employment_service_pb2)
        for message in module.DESCRIPTOR.message_types_by_name.values()
        for field in message.fields
    ] + [value.name for enum in events_pb2.DESCRIPTOR.enum_types_by_name.values() for value in enum.values]

    assert names
    assert [name for name in names if any(word in name.lower() for word in words)] == []
