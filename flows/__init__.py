"""The batch: checking files, keeping results in a store, the nightly run, and drawing samples for review."""
