"""``align review user``: accounts of the review pages, and their sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from alignment.cli import common, options
from alignment.cli.parser import Command, CommandGroup
from alignment.cli.review import DatabaseUrl
from alignment.errors import SettingsError
from alignment.i18n import _, plural
from alignment.review.opening import open_store

if TYPE_CHECKING:
    from alignment.review.tables import Role

HELP = _("Accounts of the review pages: add, list, close, new password, sessions.")
app = typer.Typer(cls=CommandGroup, help=HELP, no_args_is_help=True, rich_markup_mode=None)
Login = Annotated[str, typer.Argument(metavar="LOGIN")]
Password = Annotated[
    str, typer.Option("--password", prompt=True, hide_input=True, confirmation_prompt=True, envvar="ALIGN_PASSWORD")
]
RoleName = Annotated[str, typer.Option("--role", metavar="ROLE", help=_("viewer, expert or head."))]


def _role(name: str) -> Role:
    from alignment.review.tables import Role

    if name not in [item.value for item in Role]:
        raise SettingsError(_("there is no role '{role}'.").format(role=name), hint=_("Roles: viewer, expert, head."))
    return Role(name)


@app.command(cls=Command, help=_("Add an account: viewer, expert or head; the password is asked for."))
def add(
    login: Login,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help=_("The person's full name."))] = "",
    role: RoleName = "expert",
    password: Password = "",
    database: DatabaseUrl = "",
    ui_lang: options.UiLang = "",
) -> None:
    """Add one account."""
    store = open_store(database, common.settings_for(ui_lang=ui_lang))
    store.add_user(login, name or login, _role(role), password)
    common.say(_("added: {login} ({role})").format(login=login, role=role))


@app.command(cls=Command, name="list", help=_("List the accounts: login, name, role, whether it is closed, sessions."))
def list_users(
    database: DatabaseUrl = "",
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print one line for each account."""
    store = open_store(database, common.settings_for(ui_lang=ui_lang))
    from alignment.review import listing

    common.deliver_records(listing.users(store), report, output, quiet=quiet)


@app.command(cls=Command, help=_("Close an account: nobody logs in with it, its sessions end, its decisions stay."))
def disable(login: Login, database: DatabaseUrl = "", ui_lang: options.UiLang = "") -> None:
    """Close one account."""
    open_store(database, common.settings_for(ui_lang=ui_lang)).disable(login)
    common.say(_("closed: {login}").format(login=login))


@app.command(cls=Command, help=_("Open a closed account again."))
def enable(login: Login, database: DatabaseUrl = "", ui_lang: options.UiLang = "") -> None:
    """Open one account."""
    open_store(database, common.settings_for(ui_lang=ui_lang)).disable(login, False)
    common.say(_("open again: {login}").format(login=login))


@app.command(cls=Command, help=_("Give an account a new password, which is asked for; its sessions end."))
def password(login: Login, password: Password = "", database: DatabaseUrl = "", ui_lang: options.UiLang = "") -> None:
    """Reset one password."""
    open_store(database, common.settings_for(ui_lang=ui_lang)).set_password(login, password)
    common.say(_("new password: {login}").format(login=login))


@app.command(cls=Command, help=_("Give an account another role."))
def role(
    login: Login,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=_("viewer, expert or head."))],
    database: DatabaseUrl = "",
    ui_lang: options.UiLang = "",
) -> None:
    """Change one role."""
    open_store(database, common.settings_for(ui_lang=ui_lang)).set_role(login, _role(role))
    common.say(f"{login}: {role}")


@app.command(cls=Command, help=_("Who is logged in, since when, last seen, from where; of one account or all."))
def sessions(
    login: Annotated[str, typer.Argument(metavar="[LOGIN]")] = "",
    database: DatabaseUrl = "",
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print one line for each session."""
    store = open_store(database, common.settings_for(ui_lang=ui_lang))
    from alignment.review import listing

    common.deliver_records(listing.sessions(store, login), report, output, quiet=quiet)


@app.command(cls=Command, help=_("Log an account out everywhere."))
def logout(login: Login, database: DatabaseUrl = "", ui_lang: options.UiLang = "") -> None:
    """End the sessions of one account."""
    ended = open_store(database, common.settings_for(ui_lang=ui_lang)).end_sessions(login)
    common.say(plural("{n} session ended", "{n} sessions ended", ended))
