"""A workbench as a large hospital fills it, people who use it, and loads: see `benchmarks/serving.py`."""
