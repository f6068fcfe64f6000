"""``align serve``: the review pages on this machine, or for a team."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from alignment.cli import common, options
from alignment.cli.review import DatabaseUrl
from alignment.errors import SettingsError
from alignment.i18n import _
from alignment.review.opening import open_store

if TYPE_CHECKING:
    from alignment.model import Alignment, Statement
    from alignment.review.store import ReviewStore
    from alignment.settings import Settings

HELP = _("Work in the browser: check programs, read and compare reports, review verdicts (extra [web]).")
EXAMPLES = (
    "align serve",
    "align serve --host 0.0.0.0 --https --accounts",
)
# Seconds in which answers that are under way may end when the server is stopped: pages
# take less than one.
GRACE = 10
HERE = ("127.0.0.1", "localhost", "::1")


def command(
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help=_("Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help=_("Port to listen on."))] = 8765,
    database: DatabaseUrl = "",
    accounts: Annotated[
        bool, typer.Option("--accounts", help=_("Ask for login and password on this machine too."))
    ] = False,
    https: Annotated[
        bool,
        typer.Option(
            "--https", help=_("For a proxy that speaks https: cookies over https only, HSTS, addresses from the proxy.")
        ),
    ] = False,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allowed-host",
            metavar="NAME",
            help=_("A host name of this server; requests under other names are refused. May be repeated."),
        ),
    ] = None,
    ui_lang: options.UiLang = "",
) -> None:
    """Serve until interrupted."""
    settings = common.settings_for(ui_lang=ui_lang)
    store = open_store(database, settings)
    from alignment.review.runs import folder_for, served_once
    from alignment.review.web import LOCAL_HOSTS

    local = host in HERE and not accounts
    hosts = tuple(allowed_host or ())
    if local:
        hosts = (*LOCAL_HOSTS, *hosts)
    elif not hosts:
        common.note(
            _("requests under any host name are answered; give the names of this server with --allowed-host."),
            quiet=False,
        )
    if not local and not store.has_accounts():
        raise SettingsError(
            _("nobody could log in: there are no accounts."),
            hint=_(
                "Add one with: align review user add LOGIN --role head. Without accounts only this machine is served."
            ),
        )
    # Wrong passwords and jobs are counted in memory, so only one process may serve a store.
    with served_once(folder_for(store.sql_engine.url, settings)):
        _serve(store, settings, host=host, port=port, local=local, https=https, hosts=hosts)


def _serve(
    store: ReviewStore, settings: Settings, *, host: str, port: int, local: bool, https: bool, hosts: tuple[str, ...]
) -> None:
    import uvicorn

    from alignment.review.child import Child
    from alignment.review.web import create_app

    app = create_app(
        store,
        # With a fixed secret people stay logged in when the server restarts.
        secret=os.environ.get("ALIGN_SECRET") or secrets.token_urlsafe(32),
        local=local,
        secure=https,
        search=searcher(settings),
        child=Child(seconds=settings.upload_seconds, memory_mb=settings.upload_memory_mb),
        upload_mb=settings.max_file_mb,
        hosts=hosts,
    )
    typer.echo(_("serving on http://{host}:{port} – stop with Ctrl+C").format(host=host, port=port))
    # Anybody can send the headers of a proxy, so they are believed only with --https, and only from a proxy that is on
    # this machine or named in FORWARDED_ALLOW_IPS.
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        proxy_headers=https,
        timeout_graceful_shutdown=GRACE,
    )
    app.state.services.jobs.close()


def searcher(settings: Settings) -> Callable[[Alignment, str], list[Statement]]:
    """A function that searches a program's statements by meaning; it takes vectors from the user's cache."""

    def search(alignment: Alignment, text: str) -> list[Statement]:
        from alignment import api

        return api.similar(alignment.program, text, settings=settings)

    return search
