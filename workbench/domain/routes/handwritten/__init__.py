"""Routes as people write them by hand: expressions, loose names of fields and models, shares (design §5)."""
