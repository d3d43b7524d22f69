"""Names of many languages and how two clerks write them: in another script, without marks, in another order."""
