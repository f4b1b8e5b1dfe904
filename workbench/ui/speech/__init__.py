"""Speech: recordings, what was heard in them, and text that is spoken."""
