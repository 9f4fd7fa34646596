"""What the store holds, for people: the compliance summary and the reviewer's sample. Data frames in, files out."""
