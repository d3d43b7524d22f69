"""What work may demand, as it is shown beside vacancies and workers alike: described once, whoever is read first."""

import strawberry

from employment_service.workers.domain import PhysicalDemand

__all__ = ["PhysicalDemand"]

strawberry.enum(PhysicalDemand, description="What work may demand and a worker may rule out for themselves.")
