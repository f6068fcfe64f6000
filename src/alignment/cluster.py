"""A Dask client (extra ``[dask]``): of local processes that are started for one run, or of an existing cluster."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from alignment.errors import MissingExtraError, OutputError, SettingsError, why
from alignment.i18n import message as _

CONNECT_SECONDS = 15  # a scheduler that is there answers in one, on a busy cluster in some
LOOPBACK = "127.0.0.1"


class Tls(msgspec.Struct, frozen=True):
    """PEM files for a cluster that uses TLS: the certificate of its authority, our certificate, and our private key.

    The scheduler admits only clients whose certificate the same authority has signed, so keep the key like a password.
    """

    ca: str
    cert: str
    key: str


def check_scheduler(scheduler: str, tls: Tls | None, *, no_tls: bool) -> None:
    """Refuse a scheduler on another machine without TLS, unless ``no_tls`` allows it.

    Raises:
        SettingsError: the scheduler is on another machine, and neither ``tls`` nor its address asks for TLS.
    """
    if scheduler and not (tls or no_tls or scheduler.startswith("tls://") or is_near(scheduler)):
        raise SettingsError(
            _(
                "the scheduler {scheduler} would be used without TLS: whoever reaches it can run code in its workers.",
                scheduler=scheduler,
            ),
            hint=_("Start it with TLS (docs/many.md), or add --no-tls where the network is closed."),
        )


@contextmanager
def cluster(scheduler: str, workers: int | None, tls: Tls | None = None) -> Iterator[Any]:
    """A client of the scheduler at that address; with an empty address, of ``workers`` local processes.

    Anyone who can connect to a scheduler can run code in its workers. Local processes therefore listen on this
    machine only and require certificates made for this run, so that other users of the machine cannot connect either.

    Raises:
        MissingExtraError: the extra is not installed.
        OutputError: the scheduler cannot be reached.
        SettingsError: a TLS file is missing, or the address does not match the use of TLS.
    """
    try:
        import cryptography  # noqa: F401  # makes the certificates of local processes
        from distributed import Client, LocalCluster
        from distributed.security import Security
    except ImportError as error:
        raise MissingExtraError(
            _("checking many programs at once needs an optional package."),
            hint=_("Install it: pip install 'profstandart-align[dask]'."),
        ) from error
    if scheduler:
        security = _security(scheduler, tls)
        try:
            with Client(scheduler, timeout=CONNECT_SECONDS, security=security) as client:
                yield client
        except (OSError, TimeoutError) as error:
            raise OutputError(
                _("the scheduler {scheduler} cannot be reached ({error}).", scheduler=scheduler, error=why(error)),
                hint=_("Start one: dask scheduler; then dask worker ADDRESS on every machine."),
            ) from error
        return
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host=LOOPBACK,
            protocol="tls",
            security=Security.temporary(),
            dashboard_address=f"{LOOPBACK}:0",
            # Dask logs, in English, every worker that stops during a message; real faults are raised as errors.
            silence_logs=logging.CRITICAL,
        ) as local,
        Client(local) as client,
    ):
        yield client


def _security(scheduler: str, tls: Tls | None) -> Any:
    """The `Security` for the scheduler at that address; None without TLS.

    Raises:
        SettingsError: as `cluster`.
    """
    from distributed.security import Security

    if tls is None:
        if scheduler.startswith("tls://"):
            raise SettingsError(
                _("the scheduler uses TLS."), hint=_("Add --tls-ca, --tls-cert and --tls-key (PEM files).")
            )
        return None
    for name in (tls.ca, tls.cert, tls.key):
        if not Path(name).is_file():
            raise SettingsError(_("there is no such file."), file=name, hint=_("TLS needs three PEM files."))
    if not scheduler.startswith("tls://"):
        raise SettingsError(
            _("the address {scheduler} does not use TLS.", scheduler=scheduler), hint=_("Write tls://HOST:PORT.")
        )
    return Security(tls_ca_file=tls.ca, tls_client_cert=tls.cert, tls_client_key=tls.key, require_encryption=True)


def is_near(scheduler: str) -> bool:
    """Whether the scheduler's address is on this machine (localhost or a loopback address)."""
    host = urlsplit(scheduler).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
