"""The REST API of JupyterHub."""
