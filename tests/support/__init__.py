"""What tests of the chain share: a local world with roles, and assertions on reverts and events."""
