"""The console: starts, feeds and looks into a whole system. The only package that may import every other."""
