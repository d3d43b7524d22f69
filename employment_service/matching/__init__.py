"""The first matcher: hard limits with a reason bit each, and a score whose parts are kept.

A pure engine: arrays and plain values in and out. `engine.match` is its face.
"""
