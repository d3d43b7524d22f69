"""Codes free-text titles: every confirmed title, every label and alternative, and a linear model, weighed together.

Weights and calibration come from the exemplars themselves, each judged as if it were not there, so that a
classification nobody tuned for is weighed by its own titles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from employment_service.occupations.coding import linear, mixture
from employment_service.occupations.coding.defaults import PLAIN
from employment_service.occupations.coding.likeness import Candidates, Exemplars, Groups, Views, best, candidates, share
from employment_service.occupations.coding.linear import LinearModel
from employment_service.occupations.coding.mixture import Calibration, Mixture
from employment_service.occupations.coding.postings import Floats, Ints, Vocabulary
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
        self._groups = Groups.by([groups_of(code) for code in self.codes])
        labels = [(title, at) for at, code in enumerate(self.codes) for title in known[code].titles()]
        self.vocabulary = Vocabulary()
        titles = [title for title, _ in labels] + [each.title for each in usable]
        rows = self.vocabulary.fit(titles)
        codes = np.array([at for _, at in labels] + [self._number[each.code] for each in usable], dtype=np.int64)
        self._labels = Exemplars(rows=rows[: len(labels)], codes=codes[: len(labels)])
        self._confirmed = Exemplars(rows=rows[len(labels) :], codes=codes[len(labels) :])
        self._label_index = self._labels.without_common_grams()
        self._confirmed_index = self._confirmed.without_common_grams()
        self._definitions = self._defined()
        # Where people have written enough, what the office calls it adds nothing to a linear model.
        much = self.confirmed >= max(effort.most_linear // 2, ENOUGH_TO_LEARN)
        self._linear, without, fitted = self._fit_linear(with_labels=not much)
        self._own, own_without = None, np.zeros((0, len(self.codes)), dtype=np.float32)
        if self.confirmed >= ENOUGH_TO_LEARN and not much:
            own_without = np.zeros_like(without)
            self._own, alone, taught = self._fit_linear(with_labels=False)
            own_without[: len(taught)] = alone
        self.mixture, self.calibration = self._weigh(without, own_without, fitted)

    def _defined(self) -> Exemplars:
        told = [(self.classification.by_code[code].definition, at) for at, code in enumerate(self.codes)]
        told = [(text, at) for text, at in told if text]
        rows = self.vocabulary.rows([text for text, _ in told], known_only=True)
        return Exemplars(rows=rows, codes=np.array([at for _, at in told], dtype=np.int64))

    @property
    def confirmed(self) -> int:
        return len(self._confirmed.codes)

    def _fit_linear(self, *, with_labels: bool) -> tuple[LinearModel, Floats, Ints]:
        """Fitted to the confirmed titles, newest first, then to labels; numbers the exemplars confirmed first."""
        room = self.effort.most_linear
        confirmed = np.arange(self.confirmed)[-room:]
        draw = np.random.default_rng(0).permutation(len(self._labels.codes))[: max(room - len(confirmed), 0)]
        draw = draw if with_labels else draw[:0]
        labels = np.sort(draw)
        rows = sparse.vstack([self._confirmed.rows[confirmed], self._labels.rows[labels]], format="csr")
        codes = np.concatenate([self._confirmed.codes[confirmed], self._labels.codes[labels]])
        # A label is what the office calls it, not what people write: it is trusted less where people have written.
        ridge = np.ones(len(codes), dtype=np.float32)
        if len(confirmed):
            ridge[len(confirmed) :] = 3
        model, without = linear.fitted(rows, codes, ridge, classes=len(self.codes))
        return model, without, np.concatenate([confirmed, self.confirmed + labels])

    def _weigh(self, without: Floats, own_without: Floats, fitted: Ints) -> tuple[Mixture, Calibration]:
        """Learns from confirmed titles where there are enough, else from the other titles of the classification."""
        from_confirmed = self.confirmed >= ENOUGH_TO_LEARN
        own = np.flatnonzero(fitted < self.confirmed if from_confirmed else fitted >= self.confirmed)
        if not from_confirmed:
            alone = np.bincount(self._labels.codes, minlength=len(self.codes))
            labels = fitted[own] - self.confirmed
            own = own[alone[self._labels.codes[labels]] > 1]
        if len(own) < ENOUGH_TO_LEARN:
            return PLAIN
        judged = np.sort(np.random.default_rng(1).permutation(own)[: self.effort.most_judged])
        kind = self._confirmed if from_confirmed else self._labels
        numbers = fitted[judged] if from_confirmed else fitted[judged] - self.confirmed
        found = self._judged(kind, numbers, without[judged], own_without[judged] if len(own_without) else None)
        truth = kind.codes[numbers]
        return mixture.fitted(found, truth, from_confirmed=from_confirmed), self._calibrate(
            found, truth, from_confirmed=from_confirmed
        )

    def _judged(self, kind: Exemplars, numbers: Ints, scores: Floats, own_scores: Floats | None) -> Candidates:
        """Candidates of exemplars, each seen as if it were not there."""
        parts = []
        for start in range(0, len(numbers), BATCH):
            own = numbers[start : start + BATCH]
            here = slice(start, start + BATCH)
            views = self._views(
                kind.rows[own],
                scores=scores[here],
                own_scores=None if own_scores is None else own_scores[here],
                own=own,
                kind=kind,
            )
            part = candidates(views, self._groups)
            parts.append(Candidates(row=part.row + start, code=part.code, values=part.values))
        return Candidates(
            row=np.concatenate([part.row for part in parts]),
            code=np.concatenate([part.code for part in parts]),
            values=np.concatenate([part.values for part in parts]),
        )

    def _calibrate(self, found: Candidates, truth: Ints, *, from_confirmed: bool) -> Calibration:
        """Half of the titles judge weights that the other half taught, and the other way round."""
        half = np.random.default_rng(2).integers(0, 2, len(truth))
        sure, right = np.zeros(len(truth)), np.zeros(len(truth), dtype=bool)
        for side in (0, 1):
            taught = _only(found, half != side)
            asked = half == side
            weights = mixture.fitted(taught, truth[half != side], from_confirmed=from_confirmed)
            rest = _only(found, asked)
            first, chance = _first(weights, rest, int(asked.sum()))
            sure[asked], right[asked] = chance, first == truth[asked]
        return mixture.calibrated(sure, right, wanted=self.effort.wanted)

    def _own_scores(self, rows: sparse.csr_matrix, scores: Floats | None) -> Floats:
        if scores is not None:
            return scores
        if self._own is None:
            return np.zeros((rows.shape[0], len(self.codes)), dtype=np.float32)
        return self._own.scores(rows)

    def _views(
        self,
        rows: sparse.csr_matrix,
        *,
        scores: Floats | None = None,
        own_scores: Floats | None = None,
        own: Ints | None = None,
        kind: Exemplars | None = None,
    ) -> Views:
        classes = len(self.codes)
        labels = self._label_index.of(rows, own=own if kind is self._labels else None)
        confirmed = self._confirmed_index.of(rows, own=own if kind is self._confirmed else None)
        return Views(
            label=best(labels, self._labels.codes, classes),
            label_share=share(labels, self._labels.codes, classes),
            confirmed=best(confirmed, self._confirmed.codes, classes),
            vote=share(confirmed, self._confirmed.codes, classes),
            linear=self._linear.scores(rows) if scores is None else scores,
            own=self._own_scores(rows, own_scores),
            inside=best(
                self._label_index.inside(rows, own=own if kind is self._labels else None), self._labels.codes, classes
            ),
            around=best(self._definitions.around(rows), self._definitions.codes, classes),
        )

    def learn(self, title: str, code: str) -> None:
        """Takes part in the next answer. Weights stay as they are until the coder is built anew."""
        at = self._number.get(code)
        if at is None:
            return
        row = self.vocabulary.rows([title], grow=True)
        width = row.shape[1]
        old = self._confirmed.rows
        old = sparse.csr_matrix((old.data, old.indices, old.indptr), shape=(old.shape[0], width))
        codes = np.append(self._confirmed.codes, at)
        self._confirmed = Exemplars(rows=sparse.vstack([old, row], format="csr"), codes=codes)
        self._confirmed_index = self._confirmed.without_common_grams()

    def answers(self, titles: Sequence[str], *, first: int = 5) -> Iterator[Answer]:
        """One for each title, in order."""
        for start in range(0, len(titles), BATCH):
            batch = titles[start : start + BATCH]
            rows = self.vocabulary.rows(batch)
            found = candidates(self._views(rows), self._groups)
            yield from self._told(found, rows, first)

    def _told(self, found: Candidates, rows: sparse.csr_matrix, first: int) -> Iterator[Answer]:
        count = rows.shape[0]
        chance = mixture.shares(self.mixture.scores(found), found.row, count)
        order = np.lexsort((-chance, found.row))
        starts = np.searchsorted(found.row, np.arange(count + 1))
        sure = self.calibration.probability(chance[order])
        codes = found.code[order]
        known = np.diff(rows.indptr) > 0
        for at in range(count):
            told = [] if not known[at] else range(starts[at], min(starts[at] + first, starts[at + 1]))
            left, suggestions = 1.0, []
            for place in told:
                # Each was judged as a first answer; together they are not surer than certain.
                probability = min(float(sure[place]), left)
                left -= probability
                suggestions.append(Suggestion(code=self.codes[codes[place]], probability=probability))
            abstained = not suggestions or suggestions[0].probability < self.calibration.threshold
            yield Answer(suggestions=tuple(suggestions), abstained=abstained)


def _only(found: Candidates, wanted: np.ndarray) -> Candidates:
    """Of these titles, numbered anew."""
    kept = wanted[found.row]
    numbers = np.cumsum(wanted) - 1
    return Candidates(row=numbers[found.row[kept]], code=found.code[kept], values=found.values[kept])


def _first(weights: Mixture, found: Candidates, rows: int) -> tuple[Ints, np.ndarray]:
    """The likeliest code of each title (-1: none), and its share."""
    chance = mixture.shares(weights.scores(found), found.row, rows)
    order = np.argsort(chance, kind="stable")
    code, sure = np.full(rows, -1, dtype=np.int64), np.zeros(rows)
    code[found.row[order]] = found.code[order]
    sure[found.row[order]] = chance[order]
    return code, sure
