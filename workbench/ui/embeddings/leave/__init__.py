"""The panel through which vectors and results go out, and vectors come in."""
