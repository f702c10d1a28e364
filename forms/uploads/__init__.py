"""Files that visitors send: what is let in, under which name, and how a kept one is referred to."""
