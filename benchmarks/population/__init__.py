"""Invented people with known truth: a prefecture with a department's feed, and persons of old registers."""
