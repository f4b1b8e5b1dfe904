"""Schemas of the models that measure, label, translate or decide (workers-ai §7, §10)."""

from __future__ import annotations

from workbench.domain.models import Model
from workbench.gateway.sandbox.media.fields import (
    Schema,
    answer,
    choice,
    fields,
    flag,
    listed,
    number,
    one_of,
    text,
    text_or_list,
    titled,
    whole,
)

Pair = tuple[Schema, Schema]
_VECTORS = listed(listed(number()), about="One vector for each text")
_SHAPE = listed(number(), about="How many vectors, of how many numbers")
_SCORES = listed(fields(id=whole(0, about="The place among the contexts"), score=number()))
_POOLING = choice("mean", "cls", default="mean", about="Never compare vectors of different poolings")
INDIC = [
    "asm_Beng",
    "awa_Deva",
    "ben_Beng",
    "bho_Deva",
    "brx_Deva",
    "doi_Deva",
    "eng_Latn",
    "gom_Deva",
    "gon_Deva",
    "guj_Gujr",
    "hin_Deva",
    "hne_Deva",
    "kan_Knda",
    "kas_Arab",
    "kas_Deva",
    "kha_Latn",
    "lus_Latn",
    "mag_Deva",
    "mai_Deva",
    "mal_Mlym",
    "mar_Deva",
    "mni_Beng",
    "mni_Mtei",
    "npi_Deva",
    "ory_Orya",
    "pan_Guru",
    "san_Deva",
    "sat_Olck",
    "snd_Arab",
    "snd_Deva",
    "tam_Taml",
    "tel_Telu",
    "urd_Arab",
    "unr_Deva",
]
"""The thirty-four targets of IndicTrans2; only hin_Deva and their number are documented, the others are (inferred)."""


def embed(model: Model) -> Pair:
    pooled = "pooling" in model.schema_shape
    given: dict[str, Schema] = {"text": text_or_list("The text to embed", most=100)}
    result: dict[str, Schema] = {"shape": _SHAPE, "data": _VECTORS}
    if pooled:
        given["pooling"] = result["pooling"] = _POOLING
    return fields("text", **given), answer(**result)


def _contexts() -> Schema:
    return listed(fields("text", text=text("One of the passages", least=1)), least=1)


def m3(model: Model) -> Pair:
    truncate = flag("Cut what is too long instead of refusing it", default=False)
    score = fields(
        "contexts",
        query=text("What to compare the contexts with; without it they are embedded", least=1),
        contexts=_contexts(),
        truncate_inputs=truncate,
    )
    single = fields("text", text=text_or_list("The text to embed", most=100), truncate_inputs=truncate)
    contexts = answer(response=_VECTORS, shape=_SHAPE, pooling=_POOLING)
    plain = answer(shape=_SHAPE, data=_VECTORS, pooling=_POOLING)
    return one_of(titled("Query and contexts", score), titled("Embedding", single)), one_of(
        titled("Query", answer(response=_SCORES)), titled("Contexts", contexts), titled("Embedding", plain)
    )


def qwen_embed(model: Model) -> Pair:
    given = fields(
        queries=text_or_list("Questions, embedded with the instruction", most=32),
        instruction=text(
            default="Given a web search query, retrieve relevant passages that answer the query"
        ),
        documents=text_or_list("Passages, embedded as they are", most=32),
        text=text_or_list("Another name for documents", most=32),
    )
    return given, answer(data=_VECTORS, shape=_SHAPE)


def rerank(model: Model) -> Pair:
    given = fields(
        "query",
        "contexts",
        query=text("What the passages should answer", least=1),
        top_k=whole(1, about="How many of the best to give back"),
        contexts=_contexts(),
    )
    return given, answer(response=_SCORES)


def sentiment(model: Model) -> Pair:
    labels = listed(fields(score=number(), label=choice("POSITIVE", "NEGATIVE")))
    return fields("text", text=text("What to classify", least=1)), {
        **labels,
        "contentType": "application/json",
    }


def translate(model: Model) -> Pair:
    given = fields(
        "text",
        "target_lang",
        text=text("What to translate", least=1),
        source_lang=text("The language it is in, such as en", default="en"),
        target_lang=text("The language wanted, such as fr"),
    )
    return given, answer(translated_text=text())


def indic(model: Model) -> Pair:
    given = fields(
        "text",
        "target_language",
        text=text_or_list("What to translate"),
        target_language=choice(*INDIC, default="hin_Deva"),
    )
    return given, answer(translations=listed(text()))


def summarize(model: Model) -> Pair:
    given = fields("input_text", input_text=text(least=1), max_length=whole(1, default=1024))
    return given, answer(summary=text())


def decision(model: Model) -> Pair:
    noul = fields(
        "type",
        "instructions",
        type=choice("noul"),
        instructions=text(least=1),
        criteria=fields(true=text(), false=text()),
    )
    picked = fields(
        "type",
        "instructions",
        "criteria",
        type=choice("choice"),
        instructions=text(least=1),
        criteria={
            "type": "object",
            "minProperties": 2,
            "maxProperties": 255,
            "additionalProperties": {"anyOf": [text(), {"type": "null"}]},
        },
    )
    scored = fields(
        "type",
        "instructions",
        "criteria",
        type=choice("score"),
        instructions=text(least=1),
        criteria=listed(text(), least=2, most=10),
    )
    questions: Schema = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 64,
        "propertyNames": {"pattern": "^[A-Za-z0-9_.-]{1,100}$"},
        "additionalProperties": one_of(noul, picked, scored),
    }
    item = one_of(text("A data URL"), fields("content_type", "base64", content_type=text(), base64=text()))
    more: dict[str, Schema] = {}
    if "omni" in model.id:
        more = {"audio": listed(item, most=4), "videos": listed(item, most=2)}
    given = fields(
        "model",
        "state",
        "questions",
        model=choice(model.short_name, about="Must be the model of the address"),
        state={"description": "What is decided about: text or any JSON"},
        questions=questions,
        images=listed(item, most=4),
        **more,
    )
    result = answer(
        model=text(),
        answers={"type": "object", "additionalProperties": {"type": "object"}},
        usage=fields(input_tokens=whole(0), output_tokens=whole(0)),
    )
    return given, result
