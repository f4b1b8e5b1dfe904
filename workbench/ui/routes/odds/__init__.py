"""What a described population comes to on the route: the exact odds, and a simulation."""
