"""A market from two files and a plan into a third: what `holdfast match` reads and writes."""
