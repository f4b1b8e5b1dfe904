"""What a desktop and a shell are told about the program: for the .deb, the AppImage and the Flatpak alike. Standard library only."""
