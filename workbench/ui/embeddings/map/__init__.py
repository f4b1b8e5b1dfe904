"""The page Map: all texts of a set as points of a plane, as one or two models see them."""
