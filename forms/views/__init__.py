"""What visitors of a form page meet."""
