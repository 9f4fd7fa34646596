"""How the store's tables came to be: Alembic's scripts, run when a store is opened."""
