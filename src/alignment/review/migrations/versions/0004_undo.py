"""Which judgement an entry takes back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; whoever took a decision back until now took back their last one on the finding."""
    op.add_column("judgements", sa.Column("undoes", sa.Integer))
    op.create_index("judgements_undoes", "judgements", ["undoes"])
    op.execute(
        "UPDATE judgements SET undoes = (SELECT MAX(earlier.id) FROM judgements AS earlier WHERE "
        "earlier.item_id = judgements.item_id AND earlier.user_id = judgements.user_id "
        "AND earlier.id < judgements.id AND earlier.verdict <> '') WHERE verdict = ''"
    )
