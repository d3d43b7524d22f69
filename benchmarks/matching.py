"""Assignment of workers to vacancies beside OR-tools, HiGHS, scipy and simpler ways, on the same problems, in one run.

    python benchmarks/matching.py [--quick] [--only edges]

Peers run in processes of their own. Needs the dev group (ortools). Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
from importlib import import_module, util

from benchmarks.bars import Bars

PARTS = {
    "edges": "benchmarks.matching_edges",
    "shapes": "benchmarks.matching_shapes",
    "pairs": "benchmarks.matching_pairs",
    "phone": "benchmarks.matching_phone",
    "living": "benchmarks.matching_living",
    "groups": "benchmarks.matching_groups",
}
"""Each has `run(bars, *, quick)`."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20,000 x 2,000, slow peers on less")
    parser.add_argument("--only", choices=sorted(PARTS), help="one part")
    asked = parser.parse_args()
    bars = Bars()
    for name, module in PARTS.items():
        if asked.only in {None, name} and util.find_spec(module) is not None:
            import_module(module).run(bars, quick=asked.quick)
    bars.finish()


if __name__ == "__main__":
    main()
