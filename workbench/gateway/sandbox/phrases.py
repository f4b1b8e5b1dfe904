"""Words the sandbox writes with. Data only; `{topic}` is what was asked about."""

from __future__ import annotations

OPENING = "The **sandbox** of the local gateway stands in for `{model}`. No model was called, so nothing here answers:"
REFUSAL = "I cannot help with that. (The sandbox was told to refuse.)"
TRY = "Things to try here:"
CODE_NOTE = (
    "You asked for code. This is a sample that shows how code arrives; it does not solve your question:"
)
TABLE_NOTE = "You asked for a table. This one holds what is known without a model:"
TIPS = (
    "Write `[sandbox status=429 retry-after=3]` on a line of its own to meet a rate limit.",
    "Write `[sandbox cut-after=20]` on a line of its own to see an answer break off.",
    "Write `[sandbox pace=20/s]` on a line of its own to slow the stream down.",
    "Write `[sandbox latency=2s]` on a line of its own to wait for the first token.",
    "Ask for *2000 tokens of mixed markdown* to see headings, tables, code, Arabic and Russian.",
    "Pick a reasoning model to see thinking arrive and fold away.",
    "Set the token limit to 20 to see an answer end with the reason `length`.",
    "Send the same request twice: the answer is the same. Change the seed and it is another.",
    "Send a tool with your request and ask for it: it is called with arguments that fit its schema.",
    "Ask for a JSON schema from your code: the answer fits it.",
    "Connect a Cloudflare account, Ollama or any OpenAI-compatible server for real answers.",
)
SENTENCES = (
    "Start with what is known about this, and write down what is not.",
    "The first version should be small enough to throw away.",
    "Most of the effort goes into the cases that nobody thought of on the first day.",
    "A measurement settles in a minute what an argument does not settle in an hour.",
    "Keep the part that changes often apart from the part that does not.",
    "It helps to name the trade-off: time against memory, freshness against cost.",
    "When two readings are possible, choose the one that is easier to undo.",
    "The common mistake with `{word}` is to optimise before there is something to measure.",
    "Small steps make it clear which of them broke something.",
    "What is shown to a person deserves the same care as what is sent to a machine.",
    "A good default spares most people a decision.",
    "If it fails, it should say what happened, why, and what to do next.",
    "Look at `{word}` in particular: it is where most of the time goes.",
    "There are **three** ways to look at it, and *none* of them is wrong.",
    "The [reference](https://example.com/{slug}) has the details that were left out here.",
)
POINTS = (
    "**Scope**: decide what belongs to it and what does not",
    "**Data**: keep the `{word}` in one place",
    "**Limits**: note the largest input it has to survive",
    "**Failure**: say what the user sees when it does not work",
    "**Cost**: count tokens before and after",
    "**Speed**: measure the slowest tenth, not the mean",
    "**Tests**: one for each thing that went wrong once",
    "**Undo**: every change should have a way back",
)
REASONING = (
    "This is where a reasoning model would think about {topic}.",
    "The sandbox only shows how thinking arrives: piece by piece, before the answer, and folded away afterwards.",
    "The question has to be read first, with all that came along with it.",
    "The word “{word}” stands in it, so it must be told back.",
    "What was set for this request decides how long this goes on.",
    "A lower effort makes this shorter, and a higher one longer.",
    "Nothing here may be claimed that cannot be known without a model.",
    "So the answer will say what arrived, and what can be tried.",
    "It keeps to the form that was asked for: a list, a table or code.",
    "That is enough; now the answer.",
)
ARABIC = (
    "هذه فقرة باللغة العربية عن {topic}، تُكتب من اليمين إلى اليسار بجانب نص English في السطر نفسه.",
    "يجب أن تبقى الأرقام مثل 1234 وعناوين مثل `api/v1` في مكانها الصحيح داخل الجملة العربية.",
    "الخطوة الأولى هي القياس، ثم التغيير، ثم القياس مرة أخرى.",
)
RUSSIAN = (
    "Это абзац на русском языке о том же: {topic}. Здесь есть «кавычки», тире — и `код` внутри строки.",
    "Сначала измеряем, потом меняем, потом измеряем ещё раз.",
    "Числа вроде 1 234,56 и слова на English стоят рядом.",
)
ARABIC_REPLY = (
    "سألت عن {topic}.",
    "هذه إجابة قصيرة من البيئة التجريبية المحلية؛ لم يُستدعَ أي نموذج.",
    "- ابدأ بما هو معروف\n- قِس قبل أن تغيّر\n- اجعل لكل خطوة طريقًا للرجوع",
)
RUSSIAN_REPLY = (
    "Вы спросили: {topic}.",
    "Это короткий ответ локальной песочницы; модель не вызывалась.",
    "- начните с того, что известно\n- сначала измерьте, потом меняйте\n- у каждого шага должен быть путь назад",
)
HEADINGS = (
    "What it is",
    "How it works",
    "A first version",
    "What to measure",
    "Where it goes wrong",
    "Choosing between two ways",
    "In practice",
    "Notes",
)
CODE = {
    "python": (
        "from collections.abc import Iterable\n\n\n"
        "def {name}(items: Iterable[str], limit: int = {n}) -> dict[str, int]:\n"
        '    """Count items, at most `limit` of them."""\n'
        "    seen: dict[str, int] = {{}}\n"
        "    for item in items:\n"
        "        if len(seen) >= limit:\n"
        "            break\n"
        "        seen[item] = seen.get(item, 0) + 1\n"
        "    return seen\n"
    ),
    "typescript": (
        "export async function {name}(url: string, tries = {n}): Promise<Response> {{\n"
        "  for (let i = 0; i < tries; i++) {{\n"
        "    const reply = await fetch(url, {{ headers: {{ accept: 'application/json' }} }});\n"
        "    if (reply.ok) return reply; // good enough\n"
        "  }}\n"
        "  throw new Error(`gave up after ${{tries}}`);\n"
        "}}\n"
    ),
    "rust": (
        "/// The largest of `values`, if there is one.\n"
        "pub fn {name}(values: &[u64]) -> Option<u64> {{\n"
        "    values.iter().copied().filter(|v| *v < {n}).max()\n"
        "}}\n"
    ),
    "go": (
        "func {name}(in <-chan int) (sum int) {{\n"
        "\tfor v := range in {{\n"
        "\t\tif v > {n} {{\n\t\t\tcontinue\n\t\t}}\n"
        "\t\tsum += v\n"
        "\t}}\n"
        "\treturn sum\n"
        "}}\n"
    ),
    "sql": (
        "SELECT {name}.id, count(*) AS n, avg(duration_ms) AS mean\n"
        "FROM {name}\n"
        "JOIN models USING (model_id)\n"
        "WHERE created_at > now() - interval '{n} days'\n"
        "GROUP BY 1\nHAVING count(*) > 10\nORDER BY n DESC;\n"
    ),
    "bash": (
        'for f in *.json; do\n  jq -r \'.{name} // "none"\' "$f" | sort | uniq -c\ndone | head -n {n}\n'
    ),
    "json": '{{\n  "name": "{name}",\n  "limit": {n},\n  "tags": ["a", "b"],\n  "nested": {{"ok": true, "none": null}}\n}}\n',
    "html": '<section id="{name}">\n  <h2>{n} results</h2>\n  <p class="muted">None &amp; done</p>\n</section>\n',
}
COMMON_WORDS = frozenset(
    [
        "what",
        "when",
        "where",
        "which",
        "with",
        "this",
        "that",
        "from",
        "have",
        "about",
        "their",
        "there",
        "your",
        "please",
        "could",
        "would",
        "should",
        "write",
        "tell",
        "explain",
        "describe",
        "compare",
        "list",
        "give",
        "make",
        "show",
        "table",
        "string",
        "number",
        "type",
        "object",
        "does",
    ]
)
"""Words that say nothing about a topic."""
