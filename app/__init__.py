"""The doors: the `letterproof` command."""
