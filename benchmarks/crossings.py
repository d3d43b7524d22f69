"""A million crossings: every rule of the ten factors is crossed by invented families, and each must warn at once.

What is weighed is what the running service weighs with, told one record after the other; what is expected comes from
whole numbers beside it. No level may ever fall, and nothing here can be told a likelihood.

    python benchmarks/crossings.py [CROSSINGS]
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from time import process_time
from uuid import UUID

if __name__ == "__main__":
    ROOT = Path(__file__).parent.parent
    sys.path[:0] = [str(ROOT), str(ROOT / "proto")]

from benchmarks.bars import Bars
from benchmarks.crossing_family import Family
from benchmarks.crossing_tally import Tally
from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import RiskFactor
from risk_service.policy.reading import read_pack
from risk_service.policy.service import shipped_sources


def default_pack() -> PolicyPack:
    return next(one for one in map(read_pack, shipped_sources()) if not one.area_path)


def cross(wanted: int, *, seed: int = 20200918, weighed_by: PolicyPack | None = None) -> Tally:
    """Families live until so many lines of the default pack were crossed. Raises CrossingMissed."""
    pack = weighed_by or default_pack()
    random, tally = Random(seed), Tally()
    while tally.all < wanted:
        tally.families += 1
        Family(UUID(int=1000 + tally.families), pack, random, tally).live()
    return tally


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    begun = process_time()
    tally = cross(wanted)
    seconds = process_time() - begun
    for factor, number in sorted(tally.crossings.items()):
        print(f"  {factor.value:20} {number:>9,} crossings")
    print(f"  {tally.families:,} families, {tally.tellings:,} tellings, {seconds:.0f} CPU-seconds")
    bars = Bars()
    bars.at_least("crossings raised at once", tally.all, wanted, digits=0)
    bars.at_least("factors crossed", len(tally.crossings), len(RiskFactor), digits=0)
    bars.finish()


if __name__ == "__main__":
    main()
