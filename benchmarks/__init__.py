"""What is said about speed and size, measured side by side with the peer. See README.md."""
