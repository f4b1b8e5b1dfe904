"""The journal of the gateway: every request a row, kept off the hot path; its feed, its costs, and the logs API."""
