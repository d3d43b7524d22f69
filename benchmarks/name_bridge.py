"""Which of thousands of Latin names is meant by a name in Han characters: the bridge beside pinyin with Jaro-Winkler.

Two sets of names: common ones as clerks habitually write them, and invented ones written by sound. The costs of the
bridge were curated from conventions, not fitted to either. Exits 1 when it finds fewer than the peer.

    python benchmarks/name_bridge.py [--quick]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler

from benchmarks.bars import Bars
from benchmarks.population.conventional import CONVENTIONAL
from benchmarks.population.name_pools import MEN, WOMEN, own_names
from benchmarks.population.sounds import han
from households_service.linkage.normal.bridge import bridge_keys, bridge_similarities
from households_service.linkage.normal.romanisation import pinyin_syllables
from households_service.linkage.normal.text import fold

INVENTED = 300
Scores = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of the names")
    share = 5 if parser.parse_args().quick else 1
    random = np.random.default_rng(9)
    latin = own_names(MEN, random).latin + own_names(WOMEN, random).latin
    pool = list(dict.fromkeys(map(fold, latin)))
    common = [(fold(name), form) for name, forms in CONVENTIONAL.items() for form in forms]
    drawn = [latin[int(index)].lower() for index in random.integers(len(latin), size=INVENTED * 2)]
    invented = [(fold(name), han(name, random)) for name in drawn if name not in CONVENTIONAL][:INVENTED]

    def by_bridge(written: str) -> Scores:
        return bridge_similarities([written] * len(pool), pool).astype(np.float64)

    def by_pinyin(written: str) -> Scores:
        pinyin = "".join(pinyin_syllables(written))
        return np.array([JaroWinkler.similarity(pinyin, name) for name in pool])

    print(f"{'names':9} {'method':14} {'asked':>6} {'among':>6} {'hit@1':>6} {'hit@10':>7} {'us/pair':>8}")
    bars = Bars()
    for title, every in (("common", common), ("invented", invented)):
        pairs = every[::share]
        first, ten = _report(title, "bridge", pairs, pool, by_bridge)
        peer_first, peer_ten = _report(title, "pinyin + JW", pairs, pool, by_pinyin)
        shared = [
            bool(set(bridge_keys(name, is_han=False)) & set(bridge_keys(form, is_han=True))) for name, form in pairs
        ]
        print(f"{title:9} share a key: {np.mean(shared):.3f}")
        bars.ahead(f"{title} names, first of all", first, {"pinyin+JW": peer_first})
        bars.ahead(f"{title} names, among ten", ten, {"pinyin+JW": peer_ten})
    bars.finish()


def _report(
    title: str, method: str, pairs: list[tuple[str, str]], pool: list[str], score: Callable[[str], Scores]
) -> tuple[float, float]:
    """Shares of names found first, and among ten."""
    places = {name: place for place, name in enumerate(pool)}
    started = time.process_time()
    better = []
    for name, written in pairs:
        scores = score(written)
        mine = scores[places[name]]
        better.append(float((scores > mine).sum() + ((scores == mine).sum() - 1) / 2))
    spent = (time.process_time() - started) / len(pairs) / len(pool) * 1e6
    ranks = np.array(better)
    first, ten = float((ranks < 1).mean()), float((ranks < 10).mean())
    print(f"{title:9} {method:14} {len(pairs):6} {len(pool):6} {first:6.3f} {ten:7.3f} {spent:8.2f}")
    return first, ten


if __name__ == "__main__":
    main()
