"""The Hub's own admin page and our panel, on the same hub, in the same browser, in one run."""
