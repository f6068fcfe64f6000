"""The pages: one file per kind; each has a router."""
