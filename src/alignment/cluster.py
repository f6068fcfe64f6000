"""Processes that work together: local ones made for one run, or a Dask cluster that exists (extra ``[dask]``)."""

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
    """Files (PEM) of a cluster that speaks TLS: who signs its members, our certificate and its key.

    The scheduler lets in only whom the same authority has signed: the key is what a password would be.
    """

    ca: str
    cert: str
    key: str


@contextmanager
def cluster(scheduler: str, workers: int | None, tls: Tls | None = None) -> Iterator[Any]:
    """A client of the scheduler at that address, or of local processes.

    Whoever reaches a scheduler runs code in its workers. Local processes listen on this machine only, with
    certificates made for this run, so that other people of the machine are kept out too.

    Raises:
        MissingExtraError: the extra is not installed.
        OutputError: the scheduler cannot be reached.
        SettingsError: the files of TLS cannot be read, or an address asks for them.
    """
    try:
        import cryptography  # noqa: F401  # makes the certificates of local processes
        from distributed import Client, LocalCluster
        from distributed.security import Security
    except ImportError as error:
        raise MissingExtraError(
            _("many programs at once need an extra."), hint=_("Install it: pip install 'profstandart-align[dask]'.")
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
            # Dask's own log, in English, of workers that stop while they speak; what matters comes as an error.
            silence_logs=logging.CRITICAL,
        ) as local,
        Client(local) as client,
    ):
        yield client


def _security(scheduler: str, tls: Tls | None) -> Any:
    """How the scheduler at an address is spoken to.

    Raises:
        SettingsError: as `cluster`.
    """
    from distributed.security import Security

    if tls is None:
        if scheduler.startswith("tls://"):
            raise SettingsError(
                _("the scheduler speaks TLS."), hint=_("Add --tls-ca, --tls-cert and --tls-key (PEM files).")
            )
        return None
    for name in (tls.ca, tls.cert, tls.key):
        if not Path(name).is_file():
            raise SettingsError(_("there is no such file."), file=name, hint=_("TLS needs three PEM files."))
    if not scheduler.startswith("tls://"):
        raise SettingsError(
            _("the address {scheduler} is not one of TLS.", scheduler=scheduler), hint=_("Write tls://HOST:PORT.")
        )
    return Security(tls_ca_file=tls.ca, tls_client_cert=tls.cert, tls_client_key=tls.key, require_encryption=True)


def is_near(scheduler: str) -> bool:
    """Whether the scheduler's address is on this machine."""
    host = urlsplit(scheduler).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
