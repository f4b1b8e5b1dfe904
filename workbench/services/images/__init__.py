"""Use cases of pictures: making them, keeping them, bringing them in and handing them out."""
