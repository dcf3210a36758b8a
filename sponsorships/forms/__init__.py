"""What pages ask of people."""
