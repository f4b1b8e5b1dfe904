"""The sets of texts: listed, brought in, named, deleted."""
