"""Promises that every platform keeps, written once: `platform.py` is what a test sees of a platform, one driver for each."""
