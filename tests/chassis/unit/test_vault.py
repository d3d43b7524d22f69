from __future__ import annotations

import hmac
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.vault import Vault, VaultSealed

KEY = bytes(range(32))


def test_a_sealed_value_opens_where_it_lies() -> None:
    vault = Vault.of_key(KEY)

    assert vault.open(vault.seal("990101199001011239", place="members.id_number:1"), place="members.id_number:1") == (
        "990101199001011239"
    )


def test_a_sealed_value_does_not_open_in_another_row() -> None:
    vault = Vault.of_key(KEY)
    sealed = vault.seal("990101199001011239", place="members.id_number:1")

    with pytest.raises(VaultSealed):
        vault.open(sealed, place="members.id_number:2")


def test_the_same_value_is_sealed_differently_each_time_and_indexed_the_same() -> None:
    vault = Vault.of_key(KEY)

    assert vault.seal("a", place="p") != vault.seal("a", place="p")
    assert vault.index("a", kind="id_number") == vault.index("a", kind="id_number")
    assert vault.index("a", kind="id_number") != vault.index("a", kind="phone")


def test_another_key_neither_opens_nor_finds() -> None:
    ours, theirs = Vault.of_key(KEY), Vault.of_key(KEY[::-1])

    with pytest.raises(VaultSealed):
        theirs.open(ours.seal("a", place="p"), place="p")
    assert ours.index("a", kind="phone") != theirs.index("a", kind="phone")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(VaultSealed):
        Vault.of_key(b"short")


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "vault.key"
    sealed = Vault.of_file(path, create=True).seal("a", place="p")

    assert Vault.of_file(path, create=True).open(sealed, place="p") == "a"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("value", ["", "a", "990101199001011239", "古丽·某" * 40])
def test_a_token_is_the_hmac_of_kind_and_value(value: str) -> None:
    vault = Vault.of_key(KEY)
    index_key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"holdfast index").derive(KEY)

    for _ in range(2):
        assert vault.index(value, kind="phone") == hmac.digest(index_key, f"phone\0{value}".encode(), "sha256")
    assert vault.number(value, kind="phone") == int.from_bytes(vault.index(value, kind="phone")[:8], signed=True)
