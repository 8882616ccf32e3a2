"""This single-user server: its kernels and terminals, when they are stopped, and by whom."""
