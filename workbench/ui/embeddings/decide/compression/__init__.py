"""Compression: what fewer dimensions and fewer bits lose."""
