"""Use cases, async and free of Qt: they combine client, storage and the gateway's process, and are the same for window and command line."""
