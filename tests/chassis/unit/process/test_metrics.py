from __future__ import annotations

from chassis.metrics import OPERATION_NAMES, Metrics


def test_names_that_a_caller_chooses_do_not_grow_without_end() -> None:
    metrics = Metrics()
    for number in range(OPERATION_NAMES + 50):
        metrics.answered("http", f"operation-{number}", "2xx", seconds=0.01)
    metrics.answered("http", "operation-7", "2xx", seconds=0.01)
    page = metrics.text().decode()
    assert 'operation="other",outcome="2xx"} 50.0' in page
    assert 'operation="operation-7",outcome="2xx"} 2.0' in page
    assert page.count("holdfast_requests_total{") == OPERATION_NAMES + 1
