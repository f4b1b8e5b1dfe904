"""A transcript that is read along, corrected and compared."""
