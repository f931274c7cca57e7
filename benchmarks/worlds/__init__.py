"""Worlds whose true values are known, from which cohorts are drawn again and again."""
