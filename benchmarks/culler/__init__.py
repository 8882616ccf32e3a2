"""One pass of jupyterhub-idle-culler and one of the hub service's culler, on the same hub."""
