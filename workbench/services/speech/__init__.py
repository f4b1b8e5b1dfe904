"""Use cases of speech: recordings, hearing them in parts, comparing, speaking, and handing texts out."""
