"""Start and supervise a whole system: engines and four services as separate processes."""
