"""Routes that run: the engine, its conditions, the linter. No I/O, no clock, no dice of its own."""
