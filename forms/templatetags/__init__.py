"""Tags for the templates that draw forms."""
