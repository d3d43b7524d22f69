"""Makes the signing keys once, and gives every process the public ones and its own private one, no other's.

`python keys.py <folder>`: the whole set in <folder>, one folder a process below it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from chassis.identity.keys import ensure_keys

_PRIVATE = {
    "gateway": ("gateway.pem",),
    "households": ("households.pem",),
    "employment": ("employment.pem",),
    "risk": ("risk.pem",),
}


def main(folder: Path) -> None:
    ensure_keys(folder)
    for process, names in _PRIVATE.items():
        own = folder / process
        own.mkdir(mode=0o700, exist_ok=True)
        for name in ("jwks.json", *names):
            partial = own / f"{name}.partial"
            partial.touch(mode=0o600)
            partial.write_bytes((folder / name).read_bytes())
            partial.replace(own / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
