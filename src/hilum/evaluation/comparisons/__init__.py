"""One test a file: two readers or more on the same cases, or their summary."""
