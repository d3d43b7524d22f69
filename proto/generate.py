"""Makes the Python stubs of the contracts beside them; `--check` says whether the committed ones are current.

python proto/generate.py            # write them
python proto/generate.py --check    # exit 1 and name the stale ones
python proto/generate.py --baseline # accept today's contracts as what `buf breaking` compares with
"""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROTO = Path(__file__).resolve().parent
BASELINE = PROTO / "baseline.binpb"


def generate(into: Path) -> list[Path]:
    sources = sorted(path.relative_to(PROTO).as_posix() for path in PROTO.glob("contracts/**/*.proto"))
    outs = [f"--{kind}_out={into}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}", *outs, *sources]
    subprocess.run(command, check=True, cwd=PROTO, env=environment, stdout=subprocess.DEVNULL)
    return sorted(path.relative_to(into) for path in into.glob("contracts/**/*_pb2*.py*") if path.suffix != ".pyc")


def stale() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        names = generate(fresh)
        committed = {path.relative_to(PROTO) for path in PROTO.glob("contracts/**/*_pb2*.py*") if path.suffix != ".pyc"}
        differing = [
            name
            for name in names
            if not (PROTO / name).exists() or not filecmp.cmp(fresh / name, PROTO / name, shallow=False)
        ]
        return sorted(str(name) for name in {*differing, *(committed - set(names))})


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        names = stale()
        for name in names:
            print(f"{name} is not what the contracts say: run `make stubs`.", file=sys.stderr)
        return 1 if names else 0
    if arguments == ["--baseline"]:
        buf = Path(sys.executable).with_name("buf")
        subprocess.run([str(buf), "build", str(PROTO), "-o", str(BASELINE)], check=True)
        return 0
    generate(PROTO)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
