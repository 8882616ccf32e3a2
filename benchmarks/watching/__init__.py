"""Whose activity it is that an admin looks at the panel."""
