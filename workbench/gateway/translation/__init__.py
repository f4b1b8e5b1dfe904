"""Chat completions to and from the shapes of providers that speak another: Anthropic, Google, Workers AI's own.

A request in the unified shape becomes the provider's (`native_call`), its answer comes back as chat completions
(`unified_reply`), whole or stream, tools included. Pure. The provider shapes are those of their public APIs; errors are
not translated: a provider's own error passes with its status (ai-gateway §3.3 E).
"""
