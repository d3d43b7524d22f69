"""Query planning: an operation and a supergraph in, a printable `QueryPlan` out. Pure: no I/O, no settings.

The rooms are the passes, in order: `normalise` -> `graph` -> `search` -> `groups` -> `merge_siblings` ->
`arrange`, chained in `planner`; `documents` writes the subgraph operations, `printing` the plan.
"""
