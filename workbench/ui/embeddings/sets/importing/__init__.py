"""A file or a pasted table on its way in: which column is what."""
