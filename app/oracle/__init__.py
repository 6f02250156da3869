"""Reporters: what they measured becomes a signed report, and enough reports become a transmission."""
