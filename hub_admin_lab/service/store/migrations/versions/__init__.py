"""One file for each migration; the newest is what `tables.py` says."""
