"""The page Decide: which model, where to draw the line, how small its vectors may be."""
