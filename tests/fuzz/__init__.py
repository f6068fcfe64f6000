"""Hostile input: targets for every reader, a corpus of bad files with what each must give, and a runner."""
