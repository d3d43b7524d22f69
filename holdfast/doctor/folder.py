"""The data folder: rights, what a crash left, keys, passwords, ports."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from chassis.embedded.engines import closed_part
from chassis.errors import HoldfastError
from chassis.identity.keys import SIGNERS, Keyring, load_private_key
from holdfast.doctor.findings import Finding
from holdfast.doctor.machine import nearest_existing
from holdfast.up.addresses import Addresses
from holdfast.up.leftovers import left_behind
from holdfast.up.lock import holder


def rights(data: Path) -> Finding:
    place = nearest_existing(data)
    if not os.access(place, os.W_OK | os.X_OK):
        return Finding(
            subject="Data folder",
            observation=f"{place} cannot be written by you",
            remedy=f"Ask its owner, or choose another folder: HOLDFAST_DATA=$HOME/holdfast holdfast up (not {data}).",
        )
    foreign = closed_part(data)
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
    return Finding(subject="Database files", observation="whole")


def keys(data: Path) -> Finding:
    folder = data / "keys"
    if not folder.exists():
        return Finding(subject="Keys", observation="not made yet")
    remedy = f"Stop the system and remove {folder}: the next start makes new keys; tokens made before end."
    try:
        ring = Keyring.load(folder)
        for signer in SIGNERS:
            key = load_private_key(folder, signer)
            if ring.find(key.kid, signers=(signer,)) is None:
                return Finding(subject="Keys", observation=f"jwks.json does not know {signer}.pem", remedy=remedy)
    except (HoldfastError, OSError, ValueError, KeyError, json.JSONDecodeError) as failure:
        return Finding(subject="Keys", observation=f"cannot be read: {failure}", remedy=remedy)
    open_ones = [file.name for file in sorted(folder.glob("*.pem")) if file.stat().st_mode & 0o077]
    if open_ones:
        return Finding(
            subject="Keys",
            observation=f"others may read {', '.join(open_ones)}",
            remedy=f"chmod 600 {folder}/*.pem; if others use this machine, make new keys as well.",
        )
    return Finding(subject="Keys", observation=f"{len(SIGNERS)} signers, private ones readable by you only")


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
