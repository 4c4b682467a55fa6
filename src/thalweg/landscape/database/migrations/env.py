"""Entry point of alembic: run the migrations on the connection that the landscape hands over."""

from alembic import context

connection = context.config.attributes["connection"]
# The landscape holds the transaction: a file is upgraded as a whole or left as it was.
context.configure(connection=connection)
context.run_migrations()
