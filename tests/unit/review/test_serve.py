"""The command that serves the pages, without a port."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")

import uvicorn

from alignment.cli.serve import command
from alignment.review.services import Services


def test_a_server_that_is_stopped_closes_its_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Services] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: served.append(app.state.services))
    closed: list[object] = []
    monkeypatch.setattr("alignment.review.concurrency.JobQueue.close", lambda jobs: closed.append(jobs))
    command(database=f"sqlite:///{tmp_path / 'store.db'}")
    assert closed == [item.jobs for item in served]
    assert len(closed) == 1
