"""Training, scoring and timing: tools for those who work on the project."""
