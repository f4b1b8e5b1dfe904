"""The transcript: a virtualised view of a conversation that stays smooth while an answer streams in."""
