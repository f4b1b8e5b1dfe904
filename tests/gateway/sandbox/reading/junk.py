"""Bodies that mean nothing, for readers that must not fall over."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = [
    "role", "content", "type", "name", "function", "text", "parts", "source", "data", "id", "image_url", "input",
    "inlineData", "functionResponse", "functionDeclarations", "tool_use_id", "mimeType", "media_type", "schema",
]  # fmt: skip
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
        st.sampled_from(
            ["user", "text", "image", "base64", "input_text", "function", "json_schema", "model"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=10,
)
KEYS = st.sampled_from(
    ["messages", "prompt", "tools", "tool_choice", "response_format", "stop", "stream", "stream_options", "max_tokens",
     "temperature", "reasoning_effort", "chat_template_kwargs", "reasoning", "seed", "n", "image", "input",
     "instructions", "text", "system", "thinking", "stop_sequences", "contents", "systemInstruction", "toolConfig",
     "generationConfig", "system_instruction", "output_config"]
)  # fmt: skip
