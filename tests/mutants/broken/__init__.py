"""The broken variants, by what they touch."""
