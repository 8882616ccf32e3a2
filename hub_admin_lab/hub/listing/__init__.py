"""Users and servers as the panel lists and finds them."""
