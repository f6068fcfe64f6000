"""Files that are made to crash, hang, fill the memory or lie: generators, and what `align` must answer to each."""
