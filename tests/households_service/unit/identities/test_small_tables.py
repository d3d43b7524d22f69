"""A table of a few persons says the same as the engine's own."""

from __future__ import annotations

import numpy as np

from households_service.identities.models.repository import shipped
from households_service.identities.sketches import Sketch
from households_service.identities.small_tables import small_table
from households_service.identities.weighing import SCHEMA, columns_of, frozen_comparisons
from households_service.linkage.comparison import compare
from households_service.linkage.table import person_table
from tests.households_service.factories import id_number

ROWS = (
    Sketch(name="Abdurehim Qadir", date_of_birth="1958", place="990101001201"),
    Sketch(name="阿布都热依木", id_number=id_number(order=3), household="h-1"),
    Sketch(name="Mr. Tursun Osman Ali", date_of_birth="1958-04-17"),
    Sketch(),
)
PEOPLE = (
    Sketch(name="阿布都热依木·卡德尔", id_number=id_number(order=2), date_of_birth="1958-04-17", place="990101001201"),
    Sketch(name="吐尔逊·吾斯曼", id_number=id_number(order=3), place="990101001202", household="H-1"),
    Sketch(name="王小明", date_of_birth="1958-17-04", household="H-2"),
)


def test_a_small_table_compares_as_the_engines_does() -> None:
    left = np.repeat(np.arange(4, dtype=np.int32), 3)
    right = np.tile(np.arange(4, 7, dtype=np.int32), 4)
    found = [
        compare(frozen_comparisons(shipped(), table), left, right)
        for table in (small_table(SCHEMA, ROWS, PEOPLE), person_table(SCHEMA, columns_of(ROWS), columns_of(PEOPLE)))
    ]
    assert found[0].levels.tolist() == found[1].levels.tolist()
    assert found[0].shares.tolist() == found[1].shares.tolist()
