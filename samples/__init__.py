"""Letters to try, a small archive, and the annotated letters that both are made from. samples/README.md says what is where."""
