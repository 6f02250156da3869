"""The command line: `concord`."""
