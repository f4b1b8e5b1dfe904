"""The application and the disk image for macOS. Standard library, and the tools of Xcode."""
