"""The local gateway: a loopback server that speaks the wire formats of AI Gateway and Workers AI (design §3).

A request passes `handlers` (sockets' side), `access` (who may come in) and `doors` (which one it knocks at). One for a
model becomes calls (`requests`) that go through the `pipeline` to `providers`: the sandbox, the provider itself, or the
upstream the user configured. `server` runs it all as a process of its own.
"""
