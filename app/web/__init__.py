"""The web page on which officers fix drafts, and the API for case-management systems."""
