"""The county's features: declared as data, closed as code. What is not in ALLOWED can neither be fitted nor served."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from chassis.errors import InvalidInput
from risk_service.scoring.declaration import FeatureSet
from risk_service.scoring.declaring import load_features
from risk_service.scoring.points import PointsTable, fits

PLACE = Path(__file__).parent / "features.toml"
ALLOWED: frozenset[str] = frozenset(
    {
        "log_income",
        "transfer_share",
        "wage_share",
        "ln_members",
        "children_share",
        "elders_share",
        "head_65",
        "students_share",
        "disabled_share",
        "care_share",
        "able_share",
        "partly_able_share",
        "unsafe_housing",
        "unsafe_water",
        "registered_before",
        "resolved_recently",
        "illness_costs",
        "education_costs",
        "losses",
        "income_shock",
        "support_measures",
    }
)
"""No decline, resignation, complaint, refused visit or officer's opinion is here, nor who or where somebody is."""

_HINT = (
    "A table is served only if it was trained on the features of risk_service/likelihood/features.toml, from the same "
    "columns and with the same signs; `holdfast risk outcomes` writes such a table of the county's own households."
)


class FeatureNotAllowed(InvalidInput):
    """Tells what is allowed, and where it is declared."""

    code = "FEATURE_NOT_ALLOWED"

    def __init__(self, problem: str, *, field: str) -> None:
        super().__init__(f"{problem} {_HINT} Allowed are: {', '.join(sorted(ALLOWED))}.", field=field)


@cache
def declared() -> FeatureSet:
    """Raises FeatureNotAllowed where the file names what the code does not."""
    found = load_features(PLACE)
    for name in found.names:
        if name not in ALLOWED:
            raise FeatureNotAllowed(f"{name!r} is not on the list of what the likelihood may look at.", field=name)
    return found


def require_servable(table: PointsTable) -> None:
    """A table that asks for anything this service does not compute cannot be served. Raises FeatureNotAllowed."""
    for name in table.names:
        if name not in ALLOWED:
            raise FeatureNotAllowed(f"{name!r} is not on the list of what the likelihood may look at.", field=name)
    if not fits(table, declared()):
        raise FeatureNotAllowed("The table asks for a feature from another column than declared.", field="table")
    signs = {one.name: one.effect for one in declared().features}
    wrong = next((one.name for one in table.features if one.effect is not signs[one.name]), None)
    if wrong is not None:
        raise FeatureNotAllowed(f"{wrong!r} has another sign in the table than is declared.", field=wrong)
    groups = {one.name for one in declared().groups}
    unknown = next((rule.group for rule in table.visits if rule.group not in groups), None)
    if unknown is not None:
        raise FeatureNotAllowed(
            f"The table leads a group on the visit list that is not declared: {unknown!r}.", field="visits"
        )
