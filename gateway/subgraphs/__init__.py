"""The way to the subgraphs: signed requests and signed streams over kept connections."""
