"""The Flatpak. Standard library, and flatpak-builder."""
