"""The providers behind the gateway: who answers for each, at which address, with whose key, and what may leave for it."""
