"""Reading: what pages, mails and the desk show."""
