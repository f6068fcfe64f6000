"""Add to each entry the judgement that it takes back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column and fill it: until now, taking back applied to all decisions of the person on the finding."""
    op.add_column("judgements", sa.Column("undoes", sa.Integer))
    op.create_index("judgements_undoes", "judgements", ["undoes"])
    op.execute(
        "UPDATE judgements SET undoes = (SELECT MAX(earlier.id) FROM judgements AS earlier WHERE "
        "earlier.item_id = judgements.item_id AND earlier.user_id = judgements.user_id "
        "AND earlier.id < judgements.id AND earlier.verdict <> '') WHERE verdict = ''"
    )
    op.execute(
        sa.text(
            "INSERT INTO judgements (item_id, user_id, verdict, evidence, comment, settles, carried, undoes, at) "
            "SELECT earlier.item_id, earlier.user_id, '', '', '', :no, :no, earlier.id, taken.at "
            "FROM judgements AS earlier JOIN judgements AS taken ON taken.id = (SELECT MIN(later.id) FROM judgements "
            "AS later WHERE later.item_id = earlier.item_id AND later.user_id = earlier.user_id AND later.verdict = '' "
            "AND later.id > earlier.id) WHERE earlier.verdict <> '' AND taken.undoes <> earlier.id"
        ).bindparams(sa.bindparam("no", False, sa.Boolean))
    )
