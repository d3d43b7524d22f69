"""Write an invented registry and a feed about it, or records of historical persons.

python -m benchmarks.population --persons 1000000 --feed 10000 --seed 1 --out DIR
python -m benchmarks.population --historical 5000 --difficulty hard --seed 1 --out DIR
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import polars as pl

from benchmarks.population.feed import STRANGERS, feed
from benchmarks.population.historical import DIFFICULTIES, historical, true_pairs
from benchmarks.population.registry import invent, table


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.population", description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--feed", type=int, default=10_000, help="rows of the feed, a quarter of them strangers")
    parser.add_argument("--historical", type=int, default=0, help="write this many historical persons instead")
    parser.add_argument("--difficulty", choices=sorted(DIFFICULTIES), default="middle")
    parser.add_argument("--language", choices=["english", "dutch", "spanish"], action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=["csv", "parquet"], default="csv")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.historical:
        spoken = tuple(asked.language or ["english"])
        records = historical(
            asked.historical, seed=asked.seed, difficulty=DIFFICULTIES[asked.difficulty], spoken=spoken
        )
        _write(records, asked.out / "historical", asked.format)
        true_pairs(records).write_csv(asked.out / "truth.csv")
        print(f"{len(records):,} records of {asked.historical:,} persons, {asked.difficulty}")
    else:
        people = invent(asked.persons, round(asked.feed * STRANGERS), seed=asked.seed)
        rows = feed(people, asked.feed, seed=asked.seed)
        _write(table(people), asked.out / "registry", asked.format)
        _write(rows, asked.out / "feed", asked.format)
        truth = rows.filter(pl.col("person").is_not_null()).select("row", "person")
        truth.write_csv(asked.out / "truth.csv")
        print(f"{asked.persons:,} persons, {len(rows):,} feed rows, {len(truth):,} of them about registered persons")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{time.process_time():.1f} CPU-seconds, {peak} MB at most")


def _write(frame: pl.DataFrame, path: Path, kind: str) -> None:
    if kind == "csv":
        frame.write_csv(path.with_suffix(".csv"))
    else:
        frame.write_parquet(path.with_suffix(".parquet"))


if __name__ == "__main__":
    main()
