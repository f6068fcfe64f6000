"""What several test files use: made files, programs, results and servers, clients and other programs."""
