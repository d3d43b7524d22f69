"""Runs of a whole area: everybody who looks for work against all published work, as a job, kept with their prices."""
