"""Several takes of one recording side by side."""
