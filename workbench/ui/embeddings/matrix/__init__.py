"""The page Similarity: every row against every row, and the pair that is pointed at."""
