"""Composition: the subgraphs' SDL in, one supergraph SDL (join v0.3) out, or coded errors."""
