"""A report on a set of texts and what models make of it, which stands for itself: one HTML file with its pictures in it."""
