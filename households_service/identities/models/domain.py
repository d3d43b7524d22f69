"""A frozen model: what each level of agreement is worth, and from which odds on a link is made without a person.

Fitted once, stored with its version, and named by every decision that it made. Holds shares of names only where at
least ten people carry them.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace

import orjson

from chassis.errors import InvalidInput

LEAST_HOLDERS = 10
FORMAT = 1


class LinkModelMalformed(InvalidInput):
    code = "LINK_MODEL_MALFORMED"


class TooFewRowsToFit(InvalidInput):
    code = "LINK_FIT_TOO_FEW_ROWS"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWeights:
    """Chance of each level (1 = differs first) between records of one person, and between those of two."""

    feature: str
    match: tuple[float, ...]
    chance: tuple[float, ...]
    known: float
    """Rows in which the field was known when it was fitted: how far its shares can be trusted."""
    common: tuple[tuple[str, float], ...] = ()
    """Share of people who carry a value, by its hash, for values that are common."""
    rest: float = 0.0
    """The usual share of any other value; 0: how common a value is makes no difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KinWeights:
    """How people agree who are not one person: relatives, neighbours, namesakes. None: by chance."""

    name: str
    prior: float
    agree: tuple[tuple[float, ...] | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkModel:
    fields: tuple[LevelWeights, ...]
    kin: tuple[KinWeights, ...]
    persons: int
    """Registered people it was fitted on."""
    rows: int
    registered_share: float
    """Of the rows of a feed those about a registered person."""
    target_precision: float
    threshold_bits: float
    expected_precision: float
    expected_recall: float
    source: str
    """The population it was fitted on, in words."""
    version: str = field(default="")

    def named(self, prefix: str) -> LinkModel:
        """With a version that follows from its content."""
        digest = hashlib.sha256(orjson.dumps(to_json(replace(self, version="")), option=orjson.OPT_SORT_KEYS))
        return replace(self, version=f"{prefix}-{digest.hexdigest()[:12]}")


def to_json(model: LinkModel) -> dict[str, object]:
    return {
        "format": FORMAT,
        "version": model.version,
        "source": model.source,
        "persons": model.persons,
        "rows": model.rows,
        "registeredShare": _short(model.registered_share),
        "targetPrecision": model.target_precision,
        "thresholdBits": _short(model.threshold_bits),
        "expectedPrecision": _short(model.expected_precision),
        "expectedRecall": _short(model.expected_recall),
        "fields": [
            {
                "feature": one.feature,
                "match": [_short(value) for value in one.match],
                "chance": [_short(value) for value in one.chance],
                "known": _short(one.known),
                "common": {key: _short(share) for key, share in one.common},
                "rest": _short(one.rest),
            }
            for one in model.fields
        ],
        "kin": [
            {
                "name": one.name,
                "prior": _short(one.prior),
                "agree": [None if levels is None else [_short(value) for value in levels] for levels in one.agree],
            }
            for one in model.kin
        ],
    }


def from_json(content: object) -> LinkModel:
    """Raises LinkModelMalformed: a model that is not understood links nobody."""
    try:
        return _model(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LinkModelMalformed(f"This is no model of version {FORMAT}: {type(error).__name__}.") from None


def _model(content: object) -> LinkModel:
    if not isinstance(content, dict) or content["format"] != FORMAT:
        raise ValueError("format")
    return LinkModel(
        version=str(content["version"]),
        source=str(content["source"]),
        persons=int(content["persons"]),
        rows=int(content["rows"]),
        registered_share=_number(content["registeredShare"]),
        target_precision=_number(content["targetPrecision"]),
        threshold_bits=_number(content["thresholdBits"]),
        expected_precision=_number(content["expectedPrecision"]),
        expected_recall=_number(content["expectedRecall"]),
        fields=tuple(
            LevelWeights(
                feature=str(one["feature"]),
                match=tuple(map(_number, one["match"])),
                chance=tuple(map(_number, one["chance"])),
                known=_number(one["known"]),
                common=tuple(sorted((str(key), _number(share)) for key, share in one["common"].items())),
                rest=_number(one["rest"]),
            )
            for one in content["fields"]
        ),
        kin=tuple(
            KinWeights(
                name=str(one["name"]),
                prior=_number(one["prior"]),
                agree=tuple(None if levels is None else tuple(map(_number, levels)) for levels in one["agree"]),
            )
            for one in content["kin"]
        ),
    )


def _number(value: object) -> float:
    """A NaN fails every comparison and would read as calm."""
    found = float(str(value))
    if not math.isfinite(found):
        raise ValueError("number")
    return found


def _short(value: float) -> float:
    """Seven significant digits: the same file from every machine."""
    return float(f"{value:.7g}")
