"""Ten thousand simulated servers that report to one hub service."""
