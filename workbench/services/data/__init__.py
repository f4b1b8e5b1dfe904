"""All data of the user: handed out as one file, taken in again, reset."""
