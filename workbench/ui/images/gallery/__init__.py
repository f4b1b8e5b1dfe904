"""The gallery: thousands of pictures, found again by words, model, date, stars, tags and boards."""
