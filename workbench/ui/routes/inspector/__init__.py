"""The side of the route editor where what is selected is read and changed."""
