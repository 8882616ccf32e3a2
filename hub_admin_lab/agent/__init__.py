"""Tells the hub service how this server is, and lets the rules hold that it tells in return.

In every single-user server, so nothing in here loads pydantic or httpx: most servers of a hub need
neither. And nothing in here is activity: at the Hub a server's own token that calls a service
moves nothing, and in the server no request is made.
"""
