"""The data folder: rights, what a crash left, keys, passwords, ports."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from chassis.embedded.engines import closed_part
from chassis.errors import HoldfastError
from chassis.identity.keys import JWKS, SIGNERS, Keyring, load_private_key
from holdfast.doctor.findings import Finding
from holdfast.doctor.machine import nearest_existing
from holdfast.up.addresses import Addresses
from holdfast.up.leftovers import left_behind
from holdfast.up.lock import holder

_OF_A_CLUSTER = ("PG_VERSION", "base", "global", "pg_wal", "global/pg_control")
VAULT_KEYS = ("households-vault.key", "employment-vault.key")


def rights(data: Path) -> Finding:
    place = nearest_existing(data)
    if not os.access(place, os.W_OK | os.X_OK):
        return Finding(
            subject="Data folder",
            observation=f"{place} cannot be written by you",
            remedy=f"Ask its owner, or choose another folder: HOLDFAST_DATA=$HOME/holdfast holdfast up (not {data}).",
        )
    foreign = closed_part(data)
    if foreign is not None and foreign.exists() and foreign.stat().st_uid == os.geteuid():
        return Finding(
            subject="Data folder",
            observation=f"{foreign} is yours, but closed to you",
            remedy=f"Open it to yourself: chmod -R u+rwX {data}",
        )
    if foreign is not None:
        return Finding(
            subject="Data folder",
            observation=f"{foreign} belongs to someone else",
            remedy=f"Start it as the user who started it first, or give it to yourself: sudo chown -R $USER {data}",
        )
    return Finding(subject="Data folder", observation=f"{data}" if data.exists() else f"{data} (not made yet)")


def running(data: Path) -> Finding:
    pid = holder(data)
    if pid is not None:
        return Finding(subject="Running copy", observation=f"process {pid} runs the system of this folder")
    orphans = left_behind(data)
    if orphans:
        numbers = ", ".join(str(found.pid) for found in orphans)
        return Finding(
            subject="Running copy",
            observation=f"processes {numbers} were left behind by a supervisor that was killed",
            remedy="Start `holdfast up` once: it ends them and takes over.",
        )
    return Finding(subject="Running copy", observation="none")


def cluster(data: Path) -> Finding:
    folder = data / "postgres"
    if (folder / "cluster.partial").exists() and holder(data) is None:
        return Finding(
            subject="Database files",
            observation="the making of the database files was interrupted; no data was in them",
            remedy="Start `holdfast up`: it makes them anew.",
        )
    if not (folder / "cluster").exists():
        return Finding(subject="Database files", observation="not made yet")
    if not (data / "secrets" / "engines.json").exists():
        return Finding(
            subject="Database files",
            observation="they are there, but their passwords (secrets/engines.json) are gone",
            remedy="Restore secrets/engines.json from a backup, or begin anew with another HOLDFAST_DATA.",
        )
    missing = [name for name in _OF_A_CLUSTER if not _there(folder / "cluster" / name)]
    if missing:
        return Finding(
            subject="Database files",
            observation=f"{folder / 'cluster'} lacks {', '.join(missing)}: it is damaged",
            remedy="Restore the folder from a backup, or begin anew with another HOLDFAST_DATA.",
        )
    return Finding(subject="Database files", observation="whole")


def _there(place: Path) -> bool:
    """A folder that only the engine's account may look into counts as there."""
    try:
        return place.exists()
    except PermissionError:
        return True


def keys(data: Path) -> Finding:
    folder = data / "keys"
    sealed = (data / "postgres" / "cluster").exists()
    if not folder.exists() and not sealed:
        return Finding(subject="Keys", observation="not made yet")
    lost = [name for name in VAULT_KEYS if not (folder / name).exists()]
    if lost and sealed:
        remedy = f"Restore {folder} from a backup: without the vault keys no name or ID number in the database opens."
        return Finding(subject="Keys", observation=f"{', '.join(lost)} is gone from {folder}", remedy=remedy)
    damaged = _damaged(folder)
    if damaged is not None:
        return damaged
    open_ones = [file.name for file in sorted((*folder.glob("*.pem"), *folder.glob("*.key"))) if others_may_read(file)]
    if open_ones:
        return Finding(
            subject="Keys",
            observation=f"others may read {', '.join(open_ones)}",
            remedy=f"chmod 600 {' '.join(str(folder / name) for name in open_ones)}",
        )
    return Finding(subject="Keys", observation=f"{len(SIGNERS)} signers, private ones readable by you only")


def _damaged(folder: Path) -> Finding | None:
    """The first signing key or list of public keys that cannot be used."""
    name = JWKS
    try:
        ring = Keyring.load(folder)
        for signer in SIGNERS:
            name = f"{signer}.pem"
            key = load_private_key(folder, signer)
            if ring.find(key.kid, signers=(signer,)) is None:
                observation = f"jwks.json does not know {name}"
                return Finding(subject="Keys", observation=observation, remedy=_remake(folder, JWKS))
    except (HoldfastError, OSError) as failure:
        return Finding(subject="Keys", observation=f"{name} cannot be used", remedy=_remake(folder, name, failure))
    return None


def _remake(folder: Path, name: str, failure: Exception | None = None) -> str:
    """One file only: beside it lie the vault keys, without which nothing sealed ever opens again."""
    if isinstance(failure, PermissionError):
        return f"Start it as the user who started it first, or give yourself {folder / name}."
    return (
        f"Stop the system and remove {folder / name}, that file only: the next start makes it anew; tokens made before"
        " may end. Never remove a *-vault.key file."
    )


def others_may_read(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o077)


def ports(data: Path, *, is_free: Callable[[int], bool]) -> Finding:
    if holder(data) is not None:
        return Finding(subject="Ports", observation="in use by the running copy")
    usual = Addresses.load(data / "run" / "addresses.json") or Addresses()
    taken = [f"{name} {port}" for name, port in usual.by_name().items() if not is_free(port)]
    if taken:
        return Finding(
            subject="Ports",
            observation=f"used by other programs: {', '.join(taken)}; `holdfast up` will choose others",
        )
    return Finding(subject="Ports", observation=f"{usual.gateway} to {usual.nats} are free")
