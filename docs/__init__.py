"""The documentation, and the tools that make its tables and pictures."""
