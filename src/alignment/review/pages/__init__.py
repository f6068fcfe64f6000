"""The pages: one file for each kind, with its router."""
