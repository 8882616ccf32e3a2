"""Keeping what is in view true: one watcher, and the streams that it feeds."""
