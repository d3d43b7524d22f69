"""Sizes that several processes must agree on, in bytes."""

from __future__ import annotations

LARGEST_FILE = 50_000_000
"""Of an uploaded file: what a service keeps, and so what the gateway passes on."""
LARGEST_FORM = 100_000
"""Of whatever stands around a file in its upload."""
