"""Which models make vectors of the texts, what that costs, how far they are, and which vectors are compared."""
