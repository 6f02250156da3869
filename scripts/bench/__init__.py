"""The gas bench: what Concord's actions cost beside its budget and beside what peers cost for the same work."""
