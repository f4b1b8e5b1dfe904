"""The page Neighbours: who is nearest, in the eyes of each model."""
