"""Pictures from models: one module for each way of asking, and one that reads whatever comes back."""
