"""Texts to vectors, and texts in the order in which they fit a query."""
