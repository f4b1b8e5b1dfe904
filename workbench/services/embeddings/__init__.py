"""Texts, their vectors, and what models make of them."""
