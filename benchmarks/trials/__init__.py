"""What the benchmarks of learning share: real images, folds, changed copies, a plain training loop."""
