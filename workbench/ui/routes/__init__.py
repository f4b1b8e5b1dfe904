"""The routes tab: draw a route, prove it, watch it, deploy it."""
