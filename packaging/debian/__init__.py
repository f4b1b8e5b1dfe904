"""The Debian package. Standard library, and dpkg-deb."""
