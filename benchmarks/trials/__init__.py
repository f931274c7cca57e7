"""What the benchmarks of learning share: sets of real images, folds, changed copies, a plain training loop."""
