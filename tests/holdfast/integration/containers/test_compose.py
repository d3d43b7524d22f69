"""docker-compose.yml and the Dockerfile, read as files: no container engine is needed."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest
import yaml

from chassis.embedded import Engines
from chassis.embedded.binaries import installed_binaries
from chassis.embedded.provision import plain_url
from chassis.identity.keys import Keyring, load_private_key
from chassis.settings import CommonSettings, load
from holdfast.settings import ROOT

_PROCESSES = ("gateway", "households", "employment", "risk")
_SECRETS = {
    f"{name}_PASSWORD": f"{name.lower()}-p'w" for name in ("POSTGRES", "NATS", "HOUSEHOLDS", "EMPLOYMENT", "RISK")
}


def _interpolate(text: str, given: Mapping[str, str]) -> str:
    """As compose does it: ${NAME}, ${NAME:-default}, ${NAME:?message}."""

    def value(match: re.Match[str]) -> str:
        name, operator, rest = match.group(1), match.group(2), match.group(3)
        if given.get(name):
            return given[name]
        if operator == ":-":
            return rest
        raise AssertionError(f"{name} must be given: {rest}")

    return re.sub(r"\$\{([A-Z_]+)(?:(:-|:\?)([^}]*))?\}", value, text)


@pytest.fixture(scope="module")
def compose() -> dict[str, dict[str, dict[str, object]]]:
    loaded = yaml.safe_load(_interpolate((ROOT / "docker-compose.yml").read_text(), _SECRETS))
    assert isinstance(loaded, dict)
    return loaded


def _settings_class(process: str) -> type[CommonSettings]:
    from importlib import import_module

    package = process if process == "gateway" else f"{process}_service"
    (kind,) = [
        value
        for value in vars(import_module(f"{package}.settings")).values()
        if isinstance(value, type) and issubclass(value, CommonSettings) and value is not CommonSettings
    ]
    return kind


def _environment(service: Mapping[str, object]) -> dict[str, str]:
    environment = service["environment"]
    assert isinstance(environment, dict)
    return {str(name): str(value) for name, value in environment.items()}


def test_every_password_must_be_given() -> None:
    with pytest.raises(AssertionError, match="_PASSWORD must be given: run docker/make-env first"):
        _interpolate((ROOT / "docker-compose.yml").read_text(), {})


@pytest.mark.parametrize("process", _PROCESSES)
def test_every_variable_a_process_gets_is_a_known_setting(
    compose: dict[str, dict[str, dict[str, object]]], process: str
) -> None:
    environment = _environment(compose["services"][process])
    settings = load(_settings_class(process), environment)
    assert settings.mode == "production"
    assert settings.keys == Path("/keys")
    assert all(name.startswith("HOLDFAST_") for name in environment)


@pytest.mark.parametrize("process", _PROCESSES)
def test_every_process_is_unprivileged_on_a_read_only_root(
    compose: dict[str, dict[str, dict[str, object]]], process: str
) -> None:
    service = compose["services"][process]
    assert service["read_only"] is True
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_each_process_mounts_its_own_keys_only_and_reads_them_only(
    compose: dict[str, dict[str, dict[str, object]]],
) -> None:
    for process in _PROCESSES:
        mounts = compose["services"][process]["volumes"]
        assert mounts == [f"{process}-data:/data", f"keys-{process}:/keys:ro"]


def test_everything_that_is_mounted_or_waited_for_exists(compose: dict[str, dict[str, dict[str, object]]]) -> None:
    services, volumes = compose["services"], compose["volumes"]
    for service in services.values():
        for awaited in service.get("depends_on", {}):  # type: ignore[attr-defined]  # YAML is untyped
            assert awaited in services
        for mount in service.get("volumes", []):  # type: ignore[attr-defined]  # YAML is untyped
            source = str(mount).split(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in volumes


def test_only_the_gateway_is_reachable_from_outside(compose: dict[str, dict[str, dict[str, object]]]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"gateway": ["127.0.0.1:8400:8400"]}


def _stages() -> dict[str, list[str]]:
    stages: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if match := re.match(r"FROM (\S+) AS (\S+)", line):
            current = stages.setdefault(match.group(2), [match.group(1)])
        elif line.strip() and not line.startswith("#"):
            current.append(line.strip())
    return stages


@pytest.mark.parametrize("process", _PROCESSES)
def test_an_image_holds_its_own_package_and_the_ground_only_and_does_not_run_as_root(process: str) -> None:
    package = process if process == "gateway" else f"{process}_service"
    stage = _stages()[process]
    assert stage[0] == "ground"
    assert [line for line in stage if line.startswith("COPY")] == [
        f"COPY --from=install-{process} /opt/venv /opt/venv",
        f"COPY {package} /app/{package}",
    ]
    assert "USER 10001:10001" in stage
    assert f'ENTRYPOINT ["python", "-m", "{package}"]' in stage
    assert _stages()[f"install-{process}"][1] == f"COPY requirements/{process}.txt /lock.txt"


def test_everything_the_images_copy_exists_and_is_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for stage in _stages().values():
        for line in stage:
            if line.startswith("COPY ") and "--from=" not in line:
                for source in line.split()[1:-1]:
                    assert (ROOT / source).exists(), source
                    assert any(source == entry or source.startswith(f"{entry}/") for entry in allowed), source


async def test_the_first_sql_of_the_database_image_makes_the_roles_and_databases(empty_server: str) -> None:
    admin = await asyncpg.connect(empty_server)
    rows = await admin.fetch(
        "select rolname, rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname like 'holdfast\\_%' "
        "and rolname <> 'holdfast_admin' order by 1"
    )
    await admin.close()
    assert [tuple(row) for row in rows] == [
        (f"holdfast_{name}", False, False, False) for name in ("employment", "households", "risk")
    ]
    own = await asyncpg.connect(
        empty_server, user="holdfast_risk", password=_SECRETS["RISK_PASSWORD"], database="holdfast_risk"
    )
    await own.execute("create table mine (n int)")
    await own.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(
            empty_server, user="holdfast_risk", password=_SECRETS["RISK_PASSWORD"], database="holdfast_households"
        )


@pytest.fixture
async def empty_server() -> object:
    from chassis.embedded.scratch import scratch_folder

    async with scratch_folder("tests-sql") as data, Engines.prepare(data, services=(), durable=False) as engines:
        url = plain_url(engines.postgres.admin_url)
        psql = await asyncio.create_subprocess_exec(
            installed_binaries().postgres_programs / "psql", "-d", url, "-q",
            "-f", ROOT / "docker" / "postgres" / "10-services.sql",
            env={"PATH": os.environ["PATH"], **_SECRETS},
        )  # fmt: skip
        assert await psql.wait() == 0
        yield url


def test_the_brokers_configuration_is_valid() -> None:
    finished = subprocess.run(
        [installed_binaries().nats_server, "-t", "-c", ROOT / "docker" / "nats" / "nats.conf"],
        check=False, capture_output=True, text=True, env={"NATS_PASSWORD": "x" * 20},
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    assert "sync_interval: always" in (ROOT / "docker" / "nats" / "nats.conf").read_text()


def test_each_process_is_given_its_own_private_key_and_all_public_ones(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    for _ in range(2):
        subprocess.run(
            [sys.executable, ROOT / "docker" / "keys.py", folder],
            check=True, env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        )  # fmt: skip
    for process in _PROCESSES:
        own = folder / process
        assert sorted(file.name for file in own.iterdir()) == sorted(["jwks.json", f"{process}.pem"])
        key = load_private_key(own, process)
        assert Keyring.load(own).find(key.kid, signers=(process,)) is not None
        assert (own / f"{process}.pem").stat().st_mode & 0o077 == 0


def test_the_health_check_fails_where_nothing_answers() -> None:
    finished = subprocess.run(
        [sys.executable, ROOT / "docker" / "health.py"], check=False, env={"HOLDFAST_HTTP_PORT": "1"}
    )
    assert finished.returncode == 1


def test_passwords_are_made_once_and_are_their_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    script = tmp_path / "docker" / "make-env"
    script.write_bytes((ROOT / "docker" / "make-env").read_bytes())
    for _ in range(2):
        subprocess.run(["sh", script], check=True, stderr=subprocess.DEVNULL)
    written = (tmp_path / ".env").read_text()
    given = dict(line.split("=", 1) for line in written.splitlines())
    assert set(given) == set(_SECRETS)
    assert len(set(given.values())) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9_=-]{32}", value) for value in given.values())
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    subprocess.run(["sh", script], check=True, stderr=subprocess.DEVNULL)
    assert (tmp_path / ".env").read_text() == written
