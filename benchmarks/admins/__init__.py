"""What it costs the Hub that several admins look at the same time."""
