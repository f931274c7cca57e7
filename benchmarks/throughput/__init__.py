"""What the benchmarks of speed share: images, training loops that take turns, costs."""
