"""Truth and readings: tables from outside, checked and put side by side."""
