"""What came of a press of Generate, and what is still to come."""
