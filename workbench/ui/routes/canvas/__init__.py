"""The canvas of the route editor: a route drawn as cards and wires, and edited there by mouse and keyboard."""
