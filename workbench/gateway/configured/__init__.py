"""The parts of the gateway's configuration: each holds one kind of thing in memory and changes it on disk first."""
