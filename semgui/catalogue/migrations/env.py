"""Alembic's entry: run the steps on the connection that `semgui.catalogue.schema` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False, render_as_batch=True)
context.run_migrations()
