"""What is said of texts and their vectors."""
