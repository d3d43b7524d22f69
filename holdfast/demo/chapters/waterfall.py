"""What a link rests on, as the endpoint shows it: checked to add up, and told line by line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import expect

WEIGHING = """
fragment Weighing on LinkWeighing {
  outcome probability thresholdBits modelVersion
  candidates { memberId probability bits contradicted waterfall { field agreement bits } }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    field: str
    agreement: str
    bits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The likeliest person of a record: what each field added, in bits, and what became of it."""

    member_id: str
    steps: tuple[Step, ...]
    bits: float
    probability: float
    threshold_bits: float
    outcome: str
    model_version: str

    @staticmethod
    def of(weighing: Answer) -> Weighed:
        best = weighing.at("candidates.0")
        return Weighed(
            member_id=best.text("memberId"),
            steps=tuple(
                Step(field=one.text("field"), agreement=one.text("agreement"), bits=one.number("bits"))
                for one in best.items("waterfall")
            ),
            bits=best.number("bits"),
            probability=best.number("probability"),
            threshold_bits=weighing.number("thresholdBits"),
            outcome=weighing.text("outcome"),
            model_version=weighing.text("modelVersion"),
        )

    def agreement(self, field: str) -> str:
        return next((step.agreement for step in self.steps if step.field == field), "NOT_GIVEN")

    def check(self, *, outcome: str) -> None:
        """The steps are the sum, the sum is the probability, and the threshold decides. Raises StoryDiverged."""
        total = sum(step.bits for step in self.steps)
        expect("The waterfall's sum against the log odds", abs(total - self.bits) < 0.01, True)
        expect("The probability of these odds", abs(_probability(self.bits) - self.probability) < 0.0001, True)
        expect("The decision", self.outcome, outcome)
        expect("The sum reaches the threshold", self.bits >= self.threshold_bits, outcome == "AUTO")

    def lines(self) -> list[str]:
        steps = [
            f"{step.field.replace('_', ' ').lower():<24}{step.agreement if step.agreement != 'NOT_GIVEN' else '':<10}"
            f"{step.bits:>+8.2f} bits"
            for step in self.steps
            if step.bits
        ]
        threshold = f"{self.threshold_bits:.2f} bits ({_probability(self.threshold_bits):.4f})"
        return [
            *steps,
            f"{'sum':<34}{self.bits:>+8.2f} bits = probability {self.probability:.6f}",
            f"threshold {threshold}: {self.outcome}, model {self.model_version}",
        ]


def _probability(bits: float) -> float:
    return 1.0 / (1.0 + math.exp2(-bits))
