"""Languages: whether texts find their translations."""
