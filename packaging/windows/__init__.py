"""The installer for Windows. Standard library, and makensis of NSIS."""
