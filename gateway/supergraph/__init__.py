"""The composed schema as the gateway reads it: typed model, subgraph ownership, and the API schema."""
