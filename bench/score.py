"""Score the checkers on annotated letters: `python -m bench.score samples/corpus [--voices a,b] [--errors]`."""
