"""Questions of the board: over whom somebody looks, how it stands now, what a day came to, what lies behind a figure."""
