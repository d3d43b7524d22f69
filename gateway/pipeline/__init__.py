"""The way of a request: parse, limit, validate, authorize, plan, execute, merge. One stage per file."""
