"""The AppImage: one file that runs on any desktop of Linux. Standard library, and mksquashfs."""
