"""Threshold: where the line between similar and dissimilar lies, and where it lies for another model."""
