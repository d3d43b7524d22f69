"""Which records tell of the same person. Pure: arrays and plain values in, plain values out."""
