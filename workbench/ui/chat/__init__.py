"""The chat tab: conversations, streamed answers, the model picker, the inspector, and what really went over the wire."""
