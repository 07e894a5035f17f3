"""Departments, sites and establishments of the Region."""
