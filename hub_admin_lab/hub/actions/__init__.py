"""Starting, stopping and restarting one server, and following what becomes of it."""
