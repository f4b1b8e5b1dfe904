"""How other programs write a picture's settings into its file."""
