"""Speech: recordings to words, words to speech, and words into another language."""
