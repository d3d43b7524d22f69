"""What became of placements after six months, and the chance fitted to it."""
