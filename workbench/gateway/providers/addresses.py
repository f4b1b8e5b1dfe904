"""Which network addresses a connection may be made to: what a name resolved to is held to the rule for written ones."""

from __future__ import annotations

from workbench.domain.upstream_addresses import is_link_local, plain_address


class Forbidden(OSError):
    """No connection is made there; the text says why."""


def check_address(text: str, *, guarded: bool) -> None:
    """Raises Forbidden for a host no upstream may have. guarded: nor an address of this machine or a private network."""
    if is_link_local(text):
        raise Forbidden("its address is link-local or a cloud's metadata service, which no request may reach")
    address = plain_address(text)
    if guarded and address is not None and not address.is_global:
        raise Forbidden(
            f"its name leads to {address}, inside this machine or network; to mean that, write the address itself"
        )
