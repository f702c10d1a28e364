"""What can be done: keyword-only functions that hold the rules."""
