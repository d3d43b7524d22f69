"""What `holdfast risk --help` says: how a table and a features.toml look."""

from __future__ import annotations

HELP = """Train, test and use the likelihood of falling below the line, on any table.

A table (CSV, TSV or Parquet) has a row per household and time. What its
columns mean stands in a features.toml; nothing else has to be set:

    name = "my county"

    \\[table]
    label = "poor_next_year"     # 1, 0, or empty: not known yet
    time = "quarter"             # dates, 2016Q2, years, months, or
                                 # quarters as 4 * year + quarter - 1
    household = "household"      # its rows stay together (optional)
    group = \\["township"]        # reported by, never an input (optional)
    horizon_months = 12          # label known so long after the time
    at_risk = { column = "poor_now", equals = 0 }   # optional

    \\[welfare]                   # optional: a likelihood without labels
    feature = "log_income"       # ln(income / line): 0 is the line
    earlier = "log_income_then"  # the same a time before (optional)

    \\[\\[feature]]
    name = "log_income"
    source = "income"
    unit = "ln(income/line)"
    sign = "lowers"              # raises, lowers or free
    known_at = "row"             # or "column:NAME": when it was known
    en = "Income against the line"
    zh = "人均收入与监测线之比"
    helpable = true              # help can move it

Sources: register, income, history, employment, health_insurance,
disability, education, housing, water, emergency, agriculture,
civil_affairs, coping, assets, calendar.

Of a feature also: column = "..." where it is not the name,
levels = \\["none", "primary"] for words in order,
part_of_welfare = true for a component of income.

Further tables:

    \\[\\[horizon]]                 # another label, sooner
    months = 3
    label = "poor_in_3_months"

    \\[\\[support]]                 # taken away for the likelihood without
    feature = "gets_aid"         # present support
    none = 0

    \\[\\[group]]                   # reported apart
    name = "head 65+"
    column = "head_age"
    at_least = 65                # or below, or equals
    own_intercept = true         # its level is learnt apart
    recall_floor = 0.45          # found at least so often by visits

    \\[visits]
    share = 0.2
    total_may_fall = 0.01

`holdfast risk outcomes` writes such a table of the running system's own past.

Who or where somebody is, believes or has dared to do is refused as an
input, whatever the table. Exit code 1: nothing was written.

Example:

    holdfast risk evaluate --table t.parquet --features features.toml --out ev
"""
