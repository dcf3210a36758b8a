"""What a sponsor's contact sees: its own pages over its own projection, never a filtered staff page."""
