"""About: what this program is, where its things are, and on what terms it and its parts come."""
