"""Speech: what was said and when, what a model is asked for it, and how it is written down."""
