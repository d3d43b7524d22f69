"""Values as people write them, made comparable: one spelling per letter, one form per date, names in parts.

Script and spelling serve to compare two forms of one name and nothing else: they are never kept about a person,
never counted, filtered or shown.
"""
