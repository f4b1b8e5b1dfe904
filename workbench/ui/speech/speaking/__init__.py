"""Text to speech: spoken, kept, played, and heard again."""
