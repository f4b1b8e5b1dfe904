"""Virtual try-on: two photos, a description in between, pictures at the end."""
