"""``python -m hub_admin_lab.demo``: a local JupyterHub with sample users. Never for production."""
