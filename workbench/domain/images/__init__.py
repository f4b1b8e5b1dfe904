"""Pictures: what is asked of an image model, what it can do, what came back, and how it is kept."""
