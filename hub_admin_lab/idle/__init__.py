"""The heart: what is idle and what becomes of it. Pure functions, no I/O, no clock."""
