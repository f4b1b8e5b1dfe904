"""Everything that is known of the selected pictures, and what can be done with them."""
