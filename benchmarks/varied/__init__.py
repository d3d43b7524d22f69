"""Invented people of several countries, each with several records that were written down badly.

For seeing that the linkage engine is not made for one file: how often a value is missing, mistyped, shortened or
replaced, how many records a person has and how alike families are differs from set to set. All from a seed.
"""
