"""The service's speed, beside what one would ordinarily use, on the same chain in the same run."""
