"""The database's forms, one file a change; `app.store.migrate` applies them."""
