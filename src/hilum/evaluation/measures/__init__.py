"""One measure, or one family, a file: arrays in, an estimate with its interval out."""
