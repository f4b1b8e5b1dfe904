"""The route as JSON beside the canvas, edited both ways."""
