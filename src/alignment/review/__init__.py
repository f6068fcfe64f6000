"""Decisions of experts on findings: a store with history, and web pages over it (extra ``[web]``)."""
