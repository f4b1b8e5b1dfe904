"""Agreement: whether two models see the same neighbours."""
