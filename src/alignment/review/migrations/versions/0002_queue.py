"""Double review, counts stored with each finding, gain of each judgement, PDF files of the program."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns, and fill them from the existing judgements."""
    # One column at a time: otherwise SQLite would copy the whole table, which foreign keys to it forbid.
    op.add_column("reviews", sa.Column("double", sa.Float))
    op.add_column("reviews", sa.Column("lost", sa.Text, nullable=False, server_default=""))
    for name in ("needed", "judges"):
        op.add_column("items", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.add_column("items", sa.Column("decided", sa.String(20), nullable=False, server_default=""))
    op.add_column("items", sa.Column("disputed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("items", sa.Column("offer", sa.Text, nullable=False, server_default=""))
    op.add_column("judgements", sa.Column("narrowed", sa.Float))
    op.create_index("items_value", "items", ["review_id", "value"])
    op.create_index("judgements_user", "judgements", ["user_id", "item_id"])
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("review_id", sa.Integer, sa.ForeignKey("reviews.id"), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("review_id", "name"),
    )
    _fill()


def _fill() -> None:
    base = op.get_bind()
    rows = base.execute(sa.text("SELECT item_id, user_id, verdict, settles FROM judgements ORDER BY item_id, id"))
    result: dict[int, list[tuple[int, str, bool]]] = {}
    for item, user, verdict, settles in rows:
        result.setdefault(item, []).append((user, verdict, bool(settles)))
    change = sa.text("UPDATE items SET judges = :judges, decided = :decided, disputed = :disputed WHERE id = :item")
    for item, judgements in result.items():
        verdicts = set({user: verdict for user, verdict, _ in judgements}.values())
        settled = judgements[-1][1] if judgements[-1][2] else ""
        alone = verdicts.pop() if len(verdicts) == 1 else ""
        row = {"judges": len({user for user, _, _ in judgements}), "decided": settled or alone}
        base.execute(change, {**row, "disputed": not row["decided"], "item": item})
