"""The local gateway: a loopback server that speaks the wire formats of AI Gateway and Workers AI (design §3).

A request passes `handlers` (sockets' side), `access` (who may come in), `protocol` (which door), and is answered by an
`Answerer`: the sandbox, or the upstream the user configured. `server` runs it all as a process of its own.
"""
