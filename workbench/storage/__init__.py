"""What survives a restart: settings, secrets, the database. Stores take paths; only the composition roots ask where home is."""
