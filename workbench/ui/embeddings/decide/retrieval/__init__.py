"""Retrieval: whether each model finds what it should."""
