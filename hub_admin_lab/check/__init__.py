"""``python -m hub_admin_lab.check``: what is in order and what is not, and the remedy."""
