"""The page that shows the texts themselves."""
