"""Free-text job titles to codes of a classification. Heavy: imported by a command, a benchmark or a worker thread."""
