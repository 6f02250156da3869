"""Concord: an open contracting system for collective impact."""
