"""A real JupyterHub with any number of users, whose servers are one stub."""
