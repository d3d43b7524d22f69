"""`holdfast link`: which rows of one file, or of two, are the same person."""

from __future__ import annotations

import csv
import gc
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer

from chassis.errors import InvalidInput
from holdfast.console import err, out, plain_refusals

if TYPE_CHECKING:
    import polars as pl

    from households_service.linkage.engine import LinkResult
    from households_service.linkage.schema import LinkField, LinkSchema
    from households_service.linkage.table import PersonTable

_HELP = """Find the rows of LEFT that are one person (or, with RIGHT, the rows of both that are).

The schema says what the columns mean. Nothing else has to be set: what an agreement
is worth and where the threshold lies is found from the files themselves. A link.toml:

    id = "rec_id"              # names a row in the output; without it: its number

    \\[columns]                  # column = kind
    first_name = "given name"
    surname = "family name"
    born = "date of birth"     # 1950-03-04, 4.3.1950, 19500304, 1950
    "Home town" = { kind = "place", right = "address" }   # its name in RIGHT

A column name with blanks, accents or signs stands in quotes.

Kinds: id, given name, family name, full name, date of birth, year, place, postcode,
phone, sex, occupation, household, free text, number, category.

Further keys, written before \\[columns]: one_to_one = true (each person at most once in
each file), target_precision = 0.998 (fewer, surer links), id = { left = "rec_id",
right = "person" }.

Whether 03/04/1950 is in April or March is told from each file's own dates and printed;
born = { kind = "date of birth", order = "day first", right_order = "month first" } says
it. Companies and things: the name as free text, town and street as place and free text,
register or tax numbers as id; no given, family or full name.

Pairs are written as left,right,probability,decision: "auto" is linked, "review" is for
a person to look at; rows in neither are new. Where ids or households are mapped, and in
small files, a name alone never links. Exit code 1: nothing was written.

Examples:

    holdfast link people.csv --schema link.toml --out pairs.csv

    holdfast link feed.csv registry.csv --schema link.toml --out pairs.csv --truth known.csv
"""


class LinkOutputUnwritable(InvalidInput):
    code = "LINK_OUTPUT_UNWRITABLE"


def register(root: typer.Typer) -> None:
    root.command("link", help=_HELP)(link_files)


def link_files(
    left: Annotated[Path, typer.Argument(help="A CSV with a header (UTF-8 or GB18030).")],
    right: Annotated[Path | None, typer.Argument(help="A second one; without it LEFT is searched.")] = None,
    *,
    schema: Annotated[Path, typer.Option("--schema", help="What the columns mean, in TOML.")],
    out_file: Annotated[Path, typer.Option("--out", help="Where the pairs go.")],
    truth: Annotated[
        Path | None,
        typer.Option("--truth", help="True pairs, two columns of row ids: prints precision, recall, F1."),
    ] = None,
    one_to_one: Annotated[
        bool | None, typer.Option("--one-to-one/--one-to-many", help="Overrides one_to_one of the schema.")
    ] = None,
    target_precision: Annotated[
        float | None, typer.Option("--target-precision", help="Overrides target_precision of the schema.")
    ] = None,
) -> None:
    with plain_refusals():
        _link(left, right, schema, out_file, truth, one_to_one=one_to_one, target_precision=target_precision)


def _link(
    left: Path,
    right: Path | None,
    schema_file: Path,
    out_file: Path,
    truth: Path | None,
    *,
    one_to_one: bool | None,
    target_precision: float | None,
) -> None:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from households_service.linkage.engine import link
    from households_service.linkage.reading import read_link_file, read_pairs
    from households_service.linkage.schema import load_schema

    if target_precision is not None and not 0.5 <= target_precision < 1:
        raise InvalidInput("--target-precision must lie from 0.5 to below 1.", field="target_precision")
    if not out_file.parent.is_dir():
        raise LinkOutputUnwritable(f"--out: there is no folder {out_file.parent}.", field="out")
    if out_file.resolve() in {one.resolve() for one in (left, right, schema_file, truth) if one is not None}:
        raise LinkOutputUnwritable(f"--out: {out_file} is read by this command and would be lost.", field="out")
    started, used = time.monotonic(), time.process_time()
    # Millions of texts and no circles among them: looking for garbage takes a twentieth of the time and finds none.
    gc.disable()
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("reading", total=1.0)

        def progress(step: str, share: float) -> None:
            bar.update(task, description=step, completed=share)

        schema = load_schema(schema_file)
        one = read_link_file(left, id_column=schema.id_left, columns=schema.columns(right=False))
        two = None
        if right is not None:
            two = read_link_file(right, id_column=schema.id_right, columns=schema.columns(right=True))
        right_ids = one.ids if two is None else two.ids
        left_size, right_size = len(one.ids), None if two is None else len(two.ids)
        known = None if truth is None else read_pairs(truth, one.ids, right_ids)
        progress("normalising", 0.02)
        left_ids = one.ids
        table = table_of(schema, one.columns, None if two is None else two.columns)
        result = link(table, one_to_one_only=one_to_one, target_precision=target_precision, progress=progress)
        progress("writing", 0.97)
        write_pairs(out_file, result, left_ids, right_ids)
    _tell(result, left_size, right_size)
    if known is not None:
        _tell_truth(result, known)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024) / 1024
    seconds, cpu = time.monotonic() - started, time.process_time() - used
    out.print(f"Took {seconds:.1f} s ({cpu:.1f} s of CPU) and at most {peak * 1024:,.0f} MB of memory.")
    out.print(f"Pairs are in {out_file}.")


def table_of(schema: LinkSchema, left: dict[str, pl.Series], right: dict[str, pl.Series] | None) -> PersonTable:
    """Each column is let go as soon as it is coded: of a million rows they would fill the memory."""
    from households_service.linkage.table import person_table

    needed = [field.left for field in schema.fields]

    def release(field: LinkField) -> None:
        needed.remove(field.left)
        if field.left not in needed:
            left.pop(field.left, None)
        if right is not None:
            right.pop(field.right, None)

    return person_table(schema, left, right, release=release)


def write_pairs(out_file: Path, result: LinkResult, left_ids: pl.Series, right_ids: pl.Series) -> None:
    """Whole or not at all: written beside its place and moved there."""
    from households_service.linkage.decision import Decision

    offset = 0 if result.table.is_one_file else result.table.left_rows
    words = {int(Decision.AUTO): "auto", int(Decision.REVIEW): "review"}
    temporary: Path | None = None
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=out_file.parent, prefix=f".{out_file.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            writer = csv.writer(file)
            writer.writerow(("left", "right", "probability", "decision"))
            rows = zip(
                result.left.tolist(),
                (result.right - offset).tolist(),
                result.probability.tolist(),
                result.decision.tolist(),
                strict=True,
            )
            writer.writerows((left_ids[a], right_ids[b], f"{chance:.6f}", words[made]) for a, b, chance, made in rows)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(out_file)
        temporary = None
    except OSError as failure:
        raise LinkOutputUnwritable(
            f"--out: {out_file} cannot be written ({failure.strerror}).", field="out"
        ) from failure
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


_LOW_PRECISION = 0.9
"""Below it the command warns."""


def _tell(result: LinkResult, left: int, right: int | None) -> None:
    linked = int(result.linked().sum())
    read = f"{left:,} rows" if right is None else f"{left:,} rows against {right:,}"
    out.print(f"{read}; {result.compared_pairs:,} pairs compared.")
    out.print(f"{linked:,} pairs linked, {len(result.left) - linked:,} to be reviewed.")
    out.print(
        f"Of the {left:,} rows of the left file {result.linked_rows:,} are linked, {result.reviewed_rows:,} to be"
        f" reviewed, {result.new_rows:,} new."
    )
    for line in _dates_told(result.table):
        out.print(line)
    threshold = result.threshold
    out.print(f"Threshold {threshold.probability:.4f}: {threshold.reason}.")
    out.print(f"Expected precision {threshold.expected_precision:.4f}, recall {threshold.expected_recall:.4f}.")
    if threshold.expected_precision < _LOW_PRECISION:
        out.print(
            f"WARNING: about {1 - threshold.expected_precision:.0%} of these links are expected to be wrong, perhaps"
            " more: the columns tell too little. Map more of them, or ask for a target_precision in the schema."
        )
    if result.names_only:
        out.print("The schema maps nothing but names: a name alone never links, so every pair is for review.")


def _dates_told(table: PersonTable) -> Iterator[str]:
    """How dates were read that can be read in two ways."""
    from households_service.linkage.normal.date_order import Ground

    for field in table.schema.fields:
        orders = table.dates[field.name].orders if field.name in table.dates else ()
        for column, side, order in zip((field.left, field.right), ("left", "right"), orders, strict=False):
            if not order.ambiguous:
                continue
            word, example = ("day", "3 April") if order.day_first else ("month", "4 March")
            why = {
                Ground.STATED: "as the schema says",
                Ground.NUMBERS: f"{order.for_day:,} dates can only be day first, {order.for_month:,} only month first",
                Ground.OTHER_DATES: f"read day first {order.for_day:,} of them stand elsewhere in full, month first"
                f" {order.for_month:,}",
                Ground.NONE: 'nothing tells; if that is wrong, say order = "month first" in the schema',
            }[order.ground]
            yield (
                f"Dates in {column!r} of the {side} file are read {word} first, 03/04/1950 as {example} 1950"
                f" ({why}; {order.ambiguous:,} could be read both ways)."
            )


def _tell_truth(result: LinkResult, known: set[tuple[int, int]]) -> None:
    offset = 0 if result.table.is_one_file else result.table.left_rows
    linked = result.linked()
    pairs = set(zip(result.left[linked].tolist(), (result.right[linked] - offset).tolist(), strict=True))
    if result.table.is_one_file:
        known = {(min(pair), max(pair)) for pair in known if pair[0] != pair[1]}
    right = len(pairs & known)
    precision = right / len(pairs) if pairs else 1.0
    recall = right / len(known) if known else 1.0
    f1 = 2 * right / (len(pairs) + len(known)) if pairs or known else 1.0
    out.print(f"Against {len(known):,} true pairs: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}.")
