"""The embeddings tab: which model separates one's texts, and where the threshold is."""
