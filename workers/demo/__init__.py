"""The demo: public facts with their sources, and a story around them that each page marks as illustrative."""
