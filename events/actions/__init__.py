"""Everything that changes a challenge, a booking or a volunteer."""
