"""AI Workbench: explore models on Cloudflare Workers AI and AI Gateway, and design routes between them."""

__version__ = "0.1.0"
