"""Ed25519 keys on disk: one private key a signer, and one JWKS (RFC 7517, RFC 8037) with all public keys."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from chassis.errors import Breakdown

SIGNERS = ("issuer", "gateway", "households", "employment", "risk")
JWKS = "jwks.json"


class KeyMissing(Breakdown):
    code = "KEY_MISSING"


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A signer's key. `kid` is the signer's name and the key's thumbprint, so a key never speaks for another."""

    signer: str
    kid: str
    key: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class PublicKey:
    signer: str
    kid: str
    key: Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Keyring:
    """Public keys by kid."""

    keys: Mapping[str, PublicKey]

    def find(self, kid: str, *, signers: Sequence[str]) -> PublicKey | None:
        """The key, if it is known and belongs to one of `signers`."""
        found = self.keys.get(kid)
        return found if found is not None and found.signer in signers else None

    @staticmethod
    def from_jwks(text: str | bytes, *, default_signer: str = "issuer") -> Keyring:
        """Ed25519 keys of a JWKS document; others are left out. `holdfast_signer` names the signer."""
        keys: dict[str, PublicKey] = {}
        for entry in json.loads(text)["keys"]:
            if entry.get("kty") != "OKP" or entry.get("crv") != "Ed25519" or "kid" not in entry:
                continue
            raw = base64.urlsafe_b64decode(entry["x"] + "=" * (-len(entry["x"]) % 4))
            signer = entry.get("holdfast_signer", default_signer)
            keys[entry["kid"]] = PublicKey(signer, entry["kid"], Ed25519PublicKey.from_public_bytes(raw))
        return Keyring(keys)

    @staticmethod
    def load(folder: Path) -> Keyring:
        try:
            return Keyring.from_jwks((folder / JWKS).read_bytes())
        except FileNotFoundError:
            raise KeyMissing(f"{JWKS} is not in the keys folder.") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeyMissing(f"{JWKS} in the keys folder is damaged.") from None


def load_private_key(folder: Path, signer: str) -> PrivateKey:
    try:
        pem = (folder / f"{signer}.pem").read_bytes()
    except FileNotFoundError:
        raise KeyMissing(f"{signer}.pem is not in the keys folder.") from None
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyMissing(
            f"{signer}.pem in the keys folder is damaged: remove that one file, a new one is made."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMissing(f"{signer}.pem is not an Ed25519 key.")
    return PrivateKey(signer, _kid(signer, key.public_key()), key)


def ensure_keys(folder: Path, signers: Sequence[str] = SIGNERS) -> None:
    """Makes the keys that are missing and writes the JWKS anew. Files are readable by their owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for signer in signers:
        path = folder / f"{signer}.pem"
        if not path.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            _write_private(path, pem)
        public = load_private_key(folder, signer).key.public_key()
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        entries.append(
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "alg": "EdDSA",
                "kid": _kid(signer, public),
                "x": _base64(raw),
                "holdfast_signer": signer,
            }
        )
    fresh = folder / f"{JWKS}.new"
    fresh.write_text(json.dumps({"keys": entries}, indent=1), encoding="ascii")
    fresh.replace(folder / JWKS)


def _write_private(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)


def _kid(signer: str, public: Ed25519PublicKey) -> str:
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"{signer}-{_base64(hashlib.sha256(raw).digest()[:9])}"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
