"""Codes free-text titles: every confirmed title, every label and alternative, and a linear model, weighed together.

Weights and calibration come from the exemplars themselves, each judged as if it were not there, so that a
classification nobody tuned for is weighed by its own titles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from employment_service.occupations.coding import linear, mixture
from employment_service.occupations.coding.defaults import PLAIN
from employment_service.occupations.coding.grams import Floats, Ints
from employment_service.occupations.coding.likeness import Known, groups_by, inside_of, speaking
from employment_service.occupations.coding.mixture import Calibration, Mixture
from employment_service.occupations.coding.postings import (
    Postings,
    Rows,
    Vocabulary,
    chosen,
    count_of,
    exemplars,
    joined,
    nothing,
    only,
    postings_of,
)
from employment_service.occupations.coding.views import Candidates, Index, Judged, asked, candidates
from employment_service.occupations.domain import (
    USUAL,
    Answer,
    Classification,
    ConfirmedTitle,
    Effort,
    Suggestion,
    groups_of,
)

BATCH = 256
ENOUGH_TO_LEARN = 200


class TitleCoder:
    """Not for several threads at once: whoever learns and whoever asks take turns."""

    def __init__(
        self, classification: Classification, confirmed: Sequence[ConfirmedTitle] = (), *, effort: Effort = USUAL
    ) -> None:
        self.classification = classification
        self.effort = effort
        known = classification.by_code
        units = set(classification.units)
        usable = [each for each in confirmed if each.code in known]
        wanted = units | {each.code for each in usable}
        self.codes = [each.code for each in classification.occupations if each.code in wanted]
        self._number = {code: at for at, code in enumerate(self.codes)}
        labels = [(title, at) for at, code in enumerate(self.codes) for title in known[code].titles()]
        self.vocabulary = Vocabulary()
        rows = self.vocabulary.fit([title for title, _ in labels] + [each.title for each in usable])
        codes = [at for _, at in labels] + [self._number[each.code] for each in usable]
        self._labels, self._confirmed = only(rows, 0, len(labels)), only(rows, len(labels), len(codes))
        self._label_codes = np.array(codes[: len(labels)], dtype=np.int32)
        self._codes = np.array(codes[len(labels) :], dtype=np.int32)
        # Where people have written enough, what the office calls it adds nothing to a linear model.
        much = self.confirmed >= max(effort.most_linear // 2, ENOUGH_TO_LEARN)
        together, without, fitted = self._fit_linear(with_labels=not much)
        alone, own_without = postings_of(nothing(), len(self.vocabulary)), np.zeros((0, 0), dtype=np.float32)
        if self.confirmed >= ENOUGH_TO_LEARN and not much:
            alone, taught, _ = self._fit_linear(with_labels=False)
            own_without = np.zeros_like(without)
            own_without[: len(taught)] = taught
        self._index = self._indexed(together, alone)
        self.mixture, self.calibration = self._weigh(without, own_without, fitted)

    def _indexed(self, together: Postings, alone: Postings) -> Index:
        told = [(self.classification.by_code[code].definition, at) for at, code in enumerate(self.codes)]
        told = [(text, at) for text, at in told if text]
        defined = self.vocabulary.rows([text for text, _ in told], known_only=True)
        grams, codes = len(self.vocabulary), len(self.codes)
        labels = exemplars(self._labels, self._label_codes, grams)
        confirmed = exemplars(self._confirmed, self._codes, grams)
        return Index(
            labels=Known(labels, speaking(labels, codes)),
            confirmed=Known(confirmed, speaking(confirmed, codes)),
            defined=inside_of(defined, grams),
            defined_codes=np.array([at for _, at in told], dtype=np.int32),
            linear=together,
            own=alone,
            groups=groups_by([groups_of(code) for code in self.codes]),
            codes=codes,
            counts=self._counts(),
        )

    def _counts(self) -> Floats:
        told = self._codes if self.confirmed >= ENOUGH_TO_LEARN else self._codes[:0]
        return np.bincount(told, minlength=len(self.codes) if len(told) else 0).astype(np.float32)

    @property
    def confirmed(self) -> int:
        return len(self._codes)

    def _fit_linear(self, *, with_labels: bool) -> tuple[Postings, Floats, Ints]:
        """Fitted to the confirmed titles, newest first, then to labels; numbers the exemplars confirmed first."""
        room = self.effort.most_linear
        confirmed = np.arange(self.confirmed)[-room:]
        draw = np.random.default_rng(0).permutation(len(self._label_codes))[: max(room - len(confirmed), 0)]
        labels = np.sort(draw if with_labels else draw[:0])
        rows = joined(chosen(self._confirmed, confirmed), chosen(self._labels, labels))
        codes = np.concatenate([self._codes[confirmed], self._label_codes[labels]])
        # A label is what the office calls it, not what people write: it is trusted less where people have written.
        ridge = np.ones(len(codes), dtype=np.float32)
        if len(confirmed):
            ridge[len(confirmed) :] = 3
        model, without = linear.fitted(rows, codes, ridge, classes=len(self.codes), grams=len(self.vocabulary))
        return model, without, np.concatenate([confirmed, self.confirmed + labels])

    def _weigh(self, without: Floats, own_without: Floats, fitted: Ints) -> tuple[Mixture, Calibration]:
        """Learns from confirmed titles where there are enough, else from the other titles of the classification."""
        from_confirmed = self.confirmed >= ENOUGH_TO_LEARN
        own = np.flatnonzero(fitted < self.confirmed if from_confirmed else fitted >= self.confirmed)
        if not from_confirmed:
            alone = np.bincount(self._label_codes, minlength=len(self.codes))
            own = own[alone[self._label_codes[fitted[own] - self.confirmed]] > 1]
        if len(own) < ENOUGH_TO_LEARN:
            return PLAIN
        judged = np.sort(np.random.default_rng(1).permutation(own)[: self.effort.most_judged])
        numbers = fitted[judged] if from_confirmed else fitted[judged] - self.confirmed
        truth = (self._codes if from_confirmed else self._label_codes)[numbers].astype(np.int64)
        rows = chosen(self._confirmed if from_confirmed else self._labels, numbers)
        none = np.full(len(numbers), -1, dtype=np.int64)
        found = candidates(
            rows,
            self._index,
            Judged(
                label=none if from_confirmed else numbers,
                confirmed=numbers if from_confirmed else none,
                linear=without[judged],
                own=own_without[judged] if len(own_without) else own_without,
            ),
        )
        weights = mixture.fitted(found, truth, from_confirmed=from_confirmed)
        calibration = self._calibrate(found, truth, from_confirmed=from_confirmed)
        return PLAIN if weights is None or calibration is None else (weights, calibration)

    def _calibrate(self, found: Candidates, truth: Ints, *, from_confirmed: bool) -> Calibration | None:
        """Half of the titles judge weights that the other half taught, and the other way round."""
        half = np.random.default_rng(2).integers(0, 2, len(truth))
        sure, right = np.zeros(len(truth)), np.zeros(len(truth), dtype=bool)
        for side in (0, 1):
            taught = _only(found, half != side)
            questioned = half == side
            weights = mixture.fitted(taught, truth[half != side], from_confirmed=from_confirmed)
            if weights is None:
                return None
            rest = _only(found, questioned)
            first, chance = _first(weights, rest, int(questioned.sum()))
            sure[questioned], right[questioned] = chance, first == truth[questioned]
        wanted = self.effort.wanted if from_confirmed else self.effort.wanted_of_labels
        return mixture.calibrated(sure, right, wanted=wanted)

    def learn(self, lessons: Sequence[ConfirmedTitle]) -> None:
        """They take part in the next answer. Weights stay as they are until the coder is built anew."""
        usable = [each for each in lessons if each.code in self._number]
        if not usable:
            return
        rows = self.vocabulary.rows([each.title for each in usable], grow=True)
        self._confirmed = joined(self._confirmed, rows)
        self._codes = np.append(self._codes, np.array([self._number[each.code] for each in usable], dtype=np.int32))
        confirmed = exemplars(self._confirmed, self._codes, len(self.vocabulary))
        self._index = self._index._replace(
            confirmed=Known(confirmed, speaking(confirmed, len(self.codes))),
            counts=self._counts() if len(self._index.counts) else self._index.counts,
        )

    def answers(self, titles: Sequence[str], *, first: int = 5) -> Iterator[Answer]:
        """One for each title, in order."""
        for start in range(0, len(titles), BATCH):
            rows = self.vocabulary.rows(titles[start : start + BATCH])
            yield from self._told(candidates(rows, self._index, asked(rows)), rows, first)

    def _told(self, found: Candidates, rows: Rows, first: int) -> Iterator[Answer]:
        count = count_of(rows)
        chance = mixture.shares(self.mixture.scores(found), found.row, count)
        order = np.lexsort((-chance, found.row))
        starts = np.searchsorted(found.row, np.arange(count + 1)).tolist()
        sure = self.calibration.probability(chance[order]).tolist()
        codes = found.code[order].tolist()
        for at in range(count):
            left, suggestions = 1.0, []
            for place in range(starts[at], min(starts[at] + first, starts[at + 1])):
                # Each was judged as a first answer; together they are not surer than certain.
                probability = min(sure[place], left)
                left -= probability
                suggestions.append(Suggestion(code=self.codes[codes[place]], probability=probability))
            abstained = not suggestions or suggestions[0].probability < self.calibration.threshold
            yield Answer(suggestions=tuple(suggestions), abstained=abstained)


def _only(found: Candidates, wanted: NDArray[np.bool_]) -> Candidates:
    """Of these titles, numbered anew."""
    kept = wanted[found.row]
    numbers = np.cumsum(wanted) - 1
    return Candidates(row=numbers[found.row[kept]], code=found.code[kept], values=found.values[kept])


def _first(weights: Mixture, found: Candidates, rows: int) -> tuple[Ints, NDArray[np.float64]]:
    """The likeliest code of each title (-1: none), and its share."""
    chance = mixture.shares(weights.scores(found), found.row, rows)
    order = np.argsort(chance, kind="stable")
    code, sure = np.full(rows, -1, dtype=np.int64), np.zeros(rows)
    code[found.row[order]] = found.code[order]
    sure[found.row[order]] = chance[order]
    return code, sure
