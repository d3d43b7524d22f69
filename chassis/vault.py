"""Personal values at rest: sealed by AES-256-GCM, found again by a keyed blind index (HMAC-SHA-256).

A sealed value is bound to where it lies (table, column, row): copied elsewhere it does not open.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.errors import Breakdown

if TYPE_CHECKING:
    from hashlib import _Hash

NONCE_BYTES = 12
KEY_BYTES = 32
_BLOCK_BYTES = 64


class VaultSealed(Breakdown):
    """A value did not open: another key, another place, or changed bytes."""

    code = "VAULT_SEALED"


@dataclass(frozen=True, slots=True)
class Vault:
    """`_inner` and `_outer`: HMAC's two hashes, fed with the key once; a copy of each costs a third of a new HMAC,
    and a county's registry asks for millions.
    """

    _cipher: AESGCM
    _inner: _Hash
    _outer: _Hash

    @staticmethod
    def of_key(key: bytes) -> Vault:
        """`key`: 32 random bytes, the only secret; sealing and indexing derive their own keys from it."""
        if len(key) != KEY_BYTES:
            raise VaultSealed("A vault key has 32 bytes.")
        index_key = _derive(key, b"index").ljust(_BLOCK_BYTES, b"\0")
        inner, outer = (sha256(bytes(byte ^ pad for byte in index_key)) for pad in (0x36, 0x5C))
        return Vault(AESGCM(_derive(key, b"seal")), inner, outer)

    @staticmethod
    def of_file(path: Path, *, create: bool = False) -> Vault:
        """Reads the key; with `create`, makes one (mode 0600) if there is none."""
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(os.urandom(KEY_BYTES))
            fresh.replace(path)
        return Vault.of_key(path.read_bytes())

    def seal(self, value: str, *, place: str) -> bytes:
        """`place` says where the value lies, e.g. "member.id_number:<id>"."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value.encode(), place.encode())

    def open(self, sealed: bytes, *, place: str) -> str:
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode()).decode()
        except InvalidTag:
            raise VaultSealed("A sealed value did not open.") from None

    def index(self, value: str, *, kind: str) -> bytes:
        """A token equal for equal values of one kind; says nothing about the value without the key."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"{kind}\0{value}".encode())
        outer.update(inner.digest())
        return outer.digest()

    def number(self, value: str, *, kind: str) -> int:
        """As `index`, cut to a signed 64-bit number: for long lists, where two values may meet once in a while."""
        return int.from_bytes(self.index(value, kind=kind)[:8], signed=True)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"holdfast " + purpose).derive(key)
