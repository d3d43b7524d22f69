"""The invented county's list of measures: what each costs, how many places there are, and what is assumed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MEASURES: Sequence[Mapping[str, object]] = (
    {
        "type": "PUBLIC_WELFARE_POST",
        "label": "Public-welfare post for a year",
        "unitCost": "18000",
        "capacity": 4,
        "assumedEffect": 0.55,
        "needs": ["ABLE_TO_WORK"],
    },
    {
        "type": "INDUSTRY_SUPPORT",
        "label": "Sheep or orchard grant",
        "unitCost": "8000",
        "capacity": 12,
        "assumedEffect": 0.30,
        "needs": ["ABLE_TO_WORK"],
    },
    {
        "type": "CHILDCARE",
        "label": "Childcare place",
        "unitCost": "3600",
        "capacity": 10,
        "assumedEffect": 0.18,
        "needs": ["ABLE_TO_WORK", "CHILDREN"],
    },
    {
        "type": "ELDER_CARE",
        "label": "Home care and a day centre",
        "unitCost": "4200",
        "capacity": 6,
        "assumedEffect": 0.25,
        "needs": ["HEAD_65"],
    },
    {
        "type": "TEMPORARY_RELIEF",
        "label": "Temporary relief",
        "unitCost": "2400",
        "assumedEffect": 0.12,
    },
)
"""As `proposeMeasures` takes them. Nobody has measured these effects."""
