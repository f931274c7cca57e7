"""De-identification from raw bytes to raw bytes: the same rules, the same result, many times as fast."""

from hilum.deid.raw.cleaner import RawCleaned, RawCleaner

__all__ = ["RawCleaned", "RawCleaner"]
