"""What is asked of the store, a module a noun: plain functions that the API and the page share.

Each takes a connection that sees one moment of the database, and the `Moment` of the chain that is asked about.
"""
