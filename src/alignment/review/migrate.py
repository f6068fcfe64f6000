"""Schema migrations of the review store (Alembic); a SQLite file is copied before it is changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

HERE = Path(__file__).parent / "migrations"


def config(sql_engine: Engine) -> Config:
    """Alembic's configuration for this SQL engine."""
    configuration = Config()
    configuration.set_main_option("script_location", str(HERE))
    configuration.attributes["sql_engine"] = sql_engine
    return configuration


def upgrade(sql_engine: Engine) -> None:
    """Migrate the schema to the newest version."""
    settings = config(sql_engine)
    head = ScriptDirectory.from_config(settings).get_current_head()
    with sql_engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        filled = bool(inspect(connection).get_table_names())
    if current == head:
        return
    database = sql_engine.url.database
    if sql_engine.dialect.name == "sqlite" and filled and database and Path(database).is_file():
        shutil.copy2(database, f"{database}.before-{head}")
    command.upgrade(settings, "head")
