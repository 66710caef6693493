"""What there is to know about the ways to people."""
