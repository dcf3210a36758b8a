"""What pages and actions ask about employers, across models."""
