"""The list of recordings, and of what was heard of each."""
