"""The management API under `/client/v4/accounts/{account}/ai-gateway/`, with Cloudflare's bodies and envelopes."""
