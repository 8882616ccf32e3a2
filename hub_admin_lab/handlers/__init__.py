"""The HTTP API: thin verbs over the domain. ``hub_admin_lab.routes`` lists them all."""
