"""Many files at once: heard one after the other, written into a folder."""
