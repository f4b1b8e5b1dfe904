"""The door of the sandbox's media: a task in, a decided reply out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from workbench.gateway.replies import NO_SUCH_MODEL, Reply
from workbench.gateway.sandbox.media import (
    decisions,
    documents,
    embeddings,
    images,
    language,
    openai_images,
    speech,
    transcription,
    vision,
)
from workbench.gateway.sandbox.media.task import Kind, Task, TaskRefused, kind_of, task_of

__all__ = ["Kind", "Task", "TaskRefused", "answer", "kind_of", "task_of"]


async def answer(task: Task) -> Reply:
    """Raises TaskRefused for a request that is wrong, or for a model nothing here stands in for.

    The reply is whole but for the headers that every answer has (ids, upstream).
    """
    maker = _BY_KIND.get(task.kind) or _BY_SHAPE.get(task.model.schema_shape) or _BY_TASK.get(task.model.task)
    if maker is None:
        raise TaskRefused(400, NO_SUCH_MODEL, f"No such model {task.model.id} or task")
    return await maker(task)


_Maker = Callable[[Task], Awaitable[Reply]]
_BY_KIND: Mapping[Kind, _Maker] = {
    Kind.EMBEDDINGS: embeddings.openai,
    Kind.EMBED_CONTENT: embeddings.google,
    Kind.BATCH_EMBED: embeddings.google,
    Kind.IMAGES: openai_images.generate,
    Kind.IMAGE_EDITS: openai_images.edit,
    Kind.SPEECH: speech.openai,
    Kind.TOMARKDOWN: documents.convert,
    Kind.SUPPORTED: documents.supported,
    Kind.TRANSCRIPTIONS: transcription.openai,
    Kind.TRANSLATIONS: transcription.openai,
}
_BY_TASK: Mapping[str, _Maker] = {
    "Text Embeddings": embeddings.embed,
    "Text-to-Speech": speech.aura,
    "Automatic Speech Recognition": transcription.whisper_turbo,
    "Voice Activity Detection": transcription.smart_turn,
    "Text-to-Image": images.generate,
    "Text Classification": language.sentiment,
    "Summarization": language.summarize,
    "Image Classification": vision.classify,
    "Object Detection": vision.detect,
    "Image-to-Text": vision.caption,
}
_BY_SHAPE: Mapping[str, _Maker] = {
    "rerank": embeddings.rerank,
    "decision": decisions.decide,
    "task-switch": vision.moondream,
    "translate+batch": language.translate,
    "translate-enum": language.indic,
    "chat-flat-object": language.guard,
    "tts-prompt": speech.melotts,
    "binary|bytes-array audio": transcription.whisper,
    "audio-body + query options": transcription.nova,
    "ws-params": transcription.socket_only,
}
"""Where the catalogue's task says something else than the model does (workers-ai §12)."""
