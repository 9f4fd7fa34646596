"""Real files from annotated letters: one module a kind of file, each with the libraries that landlords' programs use or resemble."""
