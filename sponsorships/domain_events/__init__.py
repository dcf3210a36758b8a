"""What is recorded when something happens here, by noun."""
