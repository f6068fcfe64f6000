"""Helpers of several test files: generated files, sample programs and results, servers, clients and fake encoders."""
