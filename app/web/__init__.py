"""The page: what stands on the chain, as people read it. Rendered here, made lively by small scripts."""
