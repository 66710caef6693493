"""What is held of whom, and who looked."""
