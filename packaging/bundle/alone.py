"""Cuts this process off from the network, loopback excepted. Linux only."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from pathlib import Path

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914
_UP = 1


class Refused(Exception):
    """This machine does not let a program do that; the message says why."""


def cut_off() -> None:
    """From here on this process and its children reach nothing but themselves. It has to have one thread only. Raises Refused."""
    if not sys.platform.startswith("linux"):
        raise Refused("only Linux lets a program cut itself off")
    if why := _refusal():
        raise Refused(why)
    _cut()


def _refusal() -> str:
    """A child goes first: some systems refuse in the middle, and who has got that far reaches not even itself. "" if it may."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = "it ended"
        try:
            _cut()
            said = ""
        except OSError as error:
            said = error.strerror or str(error)
        finally:
            os.write(writer, f"{said}\n".encode())
            os._exit(0)
    os.close(writer)
    with open(reader, encoding="utf-8") as pipe:
        why = pipe.readline().strip()
    os.waitpid(child, 0)
    return why


def _cut() -> None:
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NET if user == 0 else _NEW_NET | _NEW_USER):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    _bring_up_loopback()


def _bring_up_loopback() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sH22x", b"lo", 0)
        flags = struct.unpack("16sH22x", fcntl.ioctl(handle, _GET_FLAGS, request))[1]
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sH22x", b"lo", flags | _UP))
