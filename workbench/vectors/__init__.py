"""Embeddings as numbers: compared, searched, mapped, judged, made smaller. NumPy only; no I/O, no clock, dice come in as seeds.

Nothing outside imports this package before it is used: NumPy takes a quarter of a second to load.
"""
