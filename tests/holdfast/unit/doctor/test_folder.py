from __future__ import annotations

from pathlib import Path

import pytest

from chassis.identity.keys import ensure_keys
from holdfast.doctor import folder
from holdfast.up.addresses import Addresses
from holdfast.up.lock import Lock


def test_a_folder_that_was_never_used_is_well_and_stays_unmade(tmp_path: Path) -> None:
    data = tmp_path / "data"
    findings = [
        folder.rights(data),
        folder.running(data),
        folder.cluster(data),
        folder.keys(data),
        folder.ports(data, is_free=lambda _: True),
    ]
    assert [finding.well for finding in findings] == [True] * 5
    assert not data.exists()


def test_an_interrupted_making_of_the_database_files_is_named_harmless(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "cluster.partial").mkdir(parents=True)
    finding = folder.cluster(tmp_path)
    assert finding.observation == "the making of the database files was interrupted; no data was in them"
    assert finding.remedy == "Start `holdfast up`: it makes them anew."


def test_database_files_without_their_passwords_are_named(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "cluster").mkdir(parents=True)
    assert "secrets/engines.json" in folder.cluster(tmp_path).observation


def test_keys_that_others_may_read_are_named(tmp_path: Path) -> None:
    ensure_keys(tmp_path / "keys")
    assert folder.keys(tmp_path).well
    (tmp_path / "keys" / "risk.pem").chmod(0o644)
    assert folder.keys(tmp_path).observation == "others may read risk.pem"
    (tmp_path / "keys" / "households-vault.key").write_bytes(b"x" * 32)
    (tmp_path / "keys" / "households-vault.key").chmod(0o644)
    assert folder.keys(tmp_path).observation == "others may read households-vault.key, risk.pem"


def test_a_private_key_the_public_list_does_not_know_is_named(tmp_path: Path) -> None:
    ensure_keys(tmp_path / "keys")
    ensure_keys(tmp_path / "others")
    (tmp_path / "others" / "gateway.pem").replace(tmp_path / "keys" / "gateway.pem")
    assert folder.keys(tmp_path).observation == "jwks.json does not know gateway.pem"


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    ensure_keys(tmp_path / "keys")
    (tmp_path / "keys" / "jwks.json").unlink()
    assert not folder.keys(tmp_path).well


@pytest.mark.parametrize("name", ["gateway.pem", "jwks.json"])
def test_of_a_damaged_key_only_that_file_is_to_be_removed(tmp_path: Path, name: str) -> None:
    ensure_keys(tmp_path / "keys")
    (tmp_path / "keys" / name).write_text("garbage")
    finding = folder.keys(tmp_path)
    assert finding.observation == f"{name} cannot be used"
    assert f"remove {tmp_path / 'keys' / name}, that file only" in finding.remedy
    assert "Never remove a *-vault.key file" in finding.remedy


def test_a_lost_vault_key_is_to_be_restored_never_made_anew(tmp_path: Path) -> None:
    ensure_keys(tmp_path / "keys")
    (tmp_path / "postgres" / "cluster").mkdir(parents=True)
    finding = folder.keys(tmp_path)
    assert "households-vault.key, employment-vault.key is gone" in finding.observation
    assert finding.remedy.startswith(f"Restore {tmp_path / 'keys'} from a backup")


def test_lost_keys_beside_a_database_are_to_be_restored(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "cluster").mkdir(parents=True)
    assert folder.keys(tmp_path).remedy.startswith(f"Restore {tmp_path / 'keys'} from a backup")


def test_database_files_that_lack_a_part_are_named(tmp_path: Path) -> None:
    cluster = tmp_path / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "engines.json").write_text("{}")
    (cluster / "PG_VERSION").write_text("18")
    finding = folder.cluster(tmp_path)
    assert finding.observation == f"{cluster} lacks base, global, pg_wal, global/pg_control: it is damaged"
    assert not finding.well


def test_taken_ports_are_told_but_nothing_is_wrong_since_others_are_chosen(tmp_path: Path) -> None:
    finding = folder.ports(tmp_path, is_free=lambda port: port != 8440)
    assert finding.well
    assert finding.observation == "used by other programs: postgres 8440; `holdfast up` will choose others"


def test_ports_of_a_running_copy_are_its_own(tmp_path: Path) -> None:
    lock = Lock.take(tmp_path)
    Addresses().save(tmp_path / "run" / "addresses.json")
    assert folder.ports(tmp_path, is_free=lambda _: False).observation == "in use by the running copy"
    assert "runs the system of this folder" in folder.running(tmp_path).observation
    lock.release()
