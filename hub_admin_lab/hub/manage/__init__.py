"""Users, groups, named servers and the Hub itself."""
