"""Makes the bundle: the program frozen into one folder that needs no Python. All packages are made of it."""
