"""Alembic's entry point: runs the migrations on the database of the store."""

from alembic import context

from alignment.review.tables import Base

sql_engine = context.config.attributes["sql_engine"]
with sql_engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
