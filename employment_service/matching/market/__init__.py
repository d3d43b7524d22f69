"""A whole labour market at once: every feasible pair, its score in parts, and prices that say which pairs to look at.

A pure engine: arrays and plain values in and out. `market.arrays` is what goes in; `rules` says what a pair breaks and
what it is worth (numpy, for one row or one column); `kernel` says the same for all pairs (numba, loaded when first
needed); `solving.solve` assigns.
"""
