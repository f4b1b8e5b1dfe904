"""Which models hear, with what options, how far they are, and what becomes of the text."""
