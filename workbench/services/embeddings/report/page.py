"""The findings as one HTML page, with nothing in it that is fetched from elsewhere."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from workbench.domain.embeddings.agreement import Agreement
from workbench.domain.embeddings.cuts import all_scores, equivalent
from workbench.domain.embeddings.maps import Colouring, MapKind
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.retrieval import Interval
from workbench.domain.embeddings.separation import ModelCost
from workbench.services.embeddings.likeness import shaded
from workbench.services.embeddings.report import pictures
from workbench.services.embeddings.report.findings import MATRIX_ROWS, ColumnFindings, Findings, K, ordered
from workbench.services.embeddings.report.pictures import BAD, CANVAS, LINE, MUTED, TEXT, Palettes
from workbench.services.embeddings.thresholds import PairSource
from workbench.storage.disk import whole_file

_MOST_CHANGED = 5
_MOST_LABELS = 24
_PAIRS = {
    PairSource.JUDGED: "pairs that were judged one by one",
    PairSource.LABELS: "pairs of texts: with the same label they count as similar, else as dissimilar",
    PairSource.GROUPS: "pairs of texts: of the same group they count as similar, else as dissimilar",
    PairSource.ANY: "pairs drawn by lot, of which nobody has told whether they are similar",
}


async def write_report(path: Path, found: Findings, palettes: Palettes, *, now: float | None = None) -> None:
    """Whole, over what is there, or not at all. Raises StorageFailed."""
    page = await html(found, palettes, now=now)

    def work() -> None:
        with whole_file(path, f"{path.name} could not be saved.") as file:
            file.write(page.encode(errors="replace"))

    await asyncio.to_thread(work)


async def html(found: Findings, palettes: Palettes, *, now: float | None = None) -> str:
    """now: Unix seconds, the time of day for None."""
    matrices = [await _matrix(each, found.colouring, palettes) for each in found.columns]
    at = time.localtime(time.time() if now is None else now)
    return await asyncio.to_thread(_page, found, palettes, matrices, time.strftime("%Y-%m-%d %H:%M", at))


async def _matrix(each: ColumnFindings, colouring: Colouring, palettes: Palettes) -> str:
    matrix = each.matrix
    if matrix is None or not matrix.rows:
        return ""
    order = ordered(matrix, colouring)
    cells = await shaded(matrix, order)
    groups = [colouring.shades[matrix.rows[place]] for place in order]
    return pictures.heat_map(cells, len(order), groups, palettes, f"Similarity by {each.title}")


def _page(found: Findings, palettes: Palettes, matrices: Sequence[str], told_at: str) -> str:
    name = escape(found.texts.name)
    body = [
        _head(found, told_at),
        _models(found, palettes),
        _similarity(found, matrices),
        _maps(found, palettes),
        _retrieval(found, palettes),
        _thresholds(found),
        _agreement(found),
        _languages(found),
        _compression(found, palettes),
        _not_measured(found),
        _how(found),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Embeddings of {name}</title><style>{_style(palettes)}</style></head><body><main>"
        f"{''.join(body)}</main></body></html>\n"
    )


def _head(found: Findings, told_at: str) -> str:
    texts, facts = found.texts, found.facts
    languages = len({row.language for row in texts.rows if row.language})
    counts = [f"{facts.texts:,} texts"]
    if facts.labels:
        counts.append(f"{facts.labels:,} labels")
    if languages:
        counts.append(f"{languages:,} languages")
    counts.append(f"measured by {_MEASURES[found.measure]}")
    made_up = [each.title for each in found.columns if each.simulated]
    warning = ""
    if made_up:
        names = ", ".join(map(escape, made_up))
        warning = (
            f'<p class="warn">The sandbox has made the vectors of {names} up, without any meaning. '
            "They say nothing about the models of these names.</p>"
        )
    for engine in dict.fromkeys(each.engine for each in found.columns if each.engine and not each.simulated):
        names = ", ".join(escape(each.title) for each in found.columns if each.engine == engine)
        warning += (
            f'<p class="warn">In the sandbox {escape(_ENGINES.get(engine, engine))} stood in for {names}. '
            "What is told here is true of it, not of the models of these names.</p>"
        )
    return (
        f'<h1 dir="auto">{escape(texts.name)}</h1>'
        f"<p class=muted>{' · '.join(counts)} · {told_at}</p>{warning}"
    )


_ENGINES = {"minilm": "all-MiniLM-L6-v2"}
_MEASURES = {"cosine": "cosine", "dot": "dot product", "euclid": "Euclidean distance"}


def _models(found: Findings, palettes: Palettes) -> str:
    labelled = any(each.separation is not None for each in found.columns)
    head = ["Model", "Dimensions", "Bytes", "Vectors", "$ per M tokens", "Spent"]
    if labelled:
        head.append("Labels apart")
    if found.queries:
        head += [f"nDCG@{K}", "MRR", f"Recall@{K}"]
    rows = []
    for each in found.columns:
        cost = each.cost
        cells = [
            _model(each),
            f"{each.column.dimensions:,}",
            f"{cost.bytes_per_row:,}",
            f"{each.column.done:,}" + (f" ({each.missing:,} missing)" if each.missing else ""),
            "–" if cost.per_million is None else f"{cost.per_million:g}",
            "nothing: sandbox" if each.engine else _spent(cost),
        ]
        if labelled:
            apart = each.separation.silhouette if each.separation is not None else None
            cells.append(_number(apart))
        if found.queries:
            result = each.retrieval
            cells += (
                ["–"] * 3
                if result is None
                else [_number(one.mean) for one in (result.ndcg, result.mrr, result.recall)]
            )
        rows.append(cells)
    return f"<h2>Models</h2>{_table(head, rows)}{_value(found, palettes)}{_by_label(found)}"


def _model(each: ColumnFindings) -> str:
    """With who it is and what it was asked for."""
    options = each.column.choice.options
    said = ["brought along in a file"] if each.column.own is not None else [each.column.choice.model]
    said += [f"pooling {options.pooling}"] if options.pooling else []
    said += [f"{options.dimensions:,} dimensions asked for"] if options.dimensions is not None else []
    said += ["texts are queries"] if options.query else []
    said += [f"before each query “{options.instruction}”"] if options.instruction else []
    return f'{_name(each.title)}<br><small class=muted dir="auto">{escape(", ".join(said))}</small>'


def _value(found: Findings, palettes: Palettes) -> str:
    """Quality against cost, of those of which both are known."""
    points = []
    for each in found.columns:
        quality = None
        if each.retrieval is not None:
            quality = each.retrieval.ndcg.mean
        elif each.separation is not None:
            quality = each.separation.silhouette
        if quality is not None and not math.isnan(quality) and each.cost.per_million is not None:
            points.append((each.title, each.cost.per_million, quality))
    if len(points) < 2:
        return ""
    name = f"nDCG@{K}" if found.queries else "labels apart"
    chart = pictures.quality_and_cost(points, name, palettes, "Quality against cost")
    return f"<h3>Quality against cost</h3>{chart}"


def _by_label(found: Findings) -> str:
    labels = {
        one.label: one.rows
        for each in found.columns
        if each.separation is not None
        for one in each.separation.labels
    }
    known = [each for each in found.columns if each.separation is not None]
    if not labels or not known:
        return ""
    apart = [
        {one.label: one.silhouette for one in each.separation.labels} if each.separation is not None else {}
        for each in known
    ]
    worst = sorted(
        labels, key=lambda label: (min((_worth(each.get(label)) for each in apart), default=0.0), label)
    )
    rows = [
        [_name(label), f"{labels[label]:,}", *(_number(each.get(label)) for each in apart)]
        for label in worst[:_MOST_LABELS]
    ]
    more = f"<p class=muted>And {len(worst) - _MOST_LABELS:,} more.</p>" if len(worst) > _MOST_LABELS else ""
    head = ["Label", "Texts", *(each.title for each in known)]
    return f"<h3>Labels, the worst kept apart first</h3>{_table(head, rows)}{more}"


def _worth(value: float | None) -> float:
    return math.inf if value is None or math.isnan(value) else value


def _similarity(found: Findings, matrices: Sequence[str]) -> str:
    shown = [
        _figure(picture, _matrix_caption(each))
        for each, picture in zip(found.columns, matrices, strict=True)
        if picture
    ]
    if not shown:
        return ""
    groups = _legend(found) if found.colouring.by == "label" else ""
    return f'<h2>Similarity</h2>{groups}<div class="pair">{"".join(shown)}</div>'


def _matrix_caption(each: ColumnFindings) -> str:
    matrix = each.matrix
    if matrix is None:
        return ""
    of = f"{len(matrix.rows):,} texts"
    if len(matrix.rows) == MATRIX_ROWS:
        of += ", evenly drawn"
    return f"{_name(each.title)}: {of}, scores from {_number(matrix.least)} to {_number(matrix.most)}; the stronger the colour, the closer"


def _maps(found: Findings, palettes: Palettes) -> str:
    shown = []
    for each in found.columns:
        made = each.map
        if made is None:
            continue
        drawn = pictures.point_map(made, found.texts.rows, found.colouring, palettes, f"Map by {each.title}")
        if not drawn:
            continue
        kind = "neighbours kept together" if made.kind is MapKind.NEIGHBOURS else "two main components"
        told = f"{_name(each.title)}: {kind}, seed {made.seed}"
        if made.kind is MapKind.COMPONENTS and made.shares:
            told += f", {sum(made.shares):.0%} of the variance"
        if made.trust is not None and not math.isnan(made.trust.kept):
            told += f"; {made.trust.kept:.0%} of the {K} nearest are near on the map as well"
        shown.append(_figure(drawn, told))
    if not shown:
        return ""
    return f'<h2>Map</h2>{_legend(found)}<div class="pair">{"".join(shown)}</div>'


def _legend(found: Findings) -> str:
    """Colours are in the style, so that a group is told by name as well."""
    colouring = found.colouring
    said = []
    for place, size in enumerate(colouring.sizes):
        name = colouring.names[place]
        if not name:
            special = {colouring.others: "others", colouring.nameless: "none"}
            name = special.get(place, f"group {place + 1}")
        said.append(f'<li><i class="g{place}"></i><span dir="auto">{escape(name)}</span> {size:,}</li>')
    what = "Labels" if colouring.by == "label" else "Clusters, named after their most telling words"
    return f'<p class=muted>{what}</p><ul class="legend">{"".join(said)}</ul>'


def _retrieval(found: Findings, palettes: Palettes) -> str:
    known = [(each.title, each.retrieval) for each in found.columns if each.retrieval is not None]
    if not known:
        return ""
    chart = pictures.intervals([(title, one.ndcg) for title, one in known], palettes, f"nDCG@{K}")
    rows = []
    for title, one in known:
        behind = "best" if one.behind is None else _interval(one.behind)
        cells = [_name(title), _interval(one.ndcg), _interval(one.mrr), _interval(one.recall), behind]
        rows.append([*cells, f"{one.ndcg.count:,}"])
    head = ["Model", f"nDCG@{K}", "MRR", f"Recall@{K}", "nDCG behind the best", "Queries"]
    return (
        f"<h2>Retrieval</h2><p>Of {found.queries:,} queries to which relevant texts are known, with 95 % intervals. Two models whose"
        f" difference has 0 in its interval cannot be told apart by these queries.</p>{chart}{_table(head, rows)}"
    )


def _thresholds(found: Findings) -> str:
    known = [(each.title, each.scores) for each in found.columns if each.scores is not None]
    known = [(title, scores) for title, scores in known if scores is not None and all_scores(scores)]
    if not known:
        return ""
    shown = [
        _figure(pictures.histogram(scores, f"Scores by {title}"), _name(title))
        for title, scores in known
        if scores is not None
    ]
    first = next((scores for _, scores in known if scores is not None and scores.best is not None), None)
    rows = []
    for title, scores in known:
        if scores is None:
            continue
        best = scores.best
        cells = [_name(title)]
        cells += (
            ["–"] * 4
            if best is None
            else [_number(best.score), _number(best.f1), _number(best.precision), _number(best.recall)]
        )
        if first is not None and first.best is not None:
            there = first.best.score
            if scores is not first:
                there = equivalent(there, all_scores(first), all_scores(scores))
            cells.append(_number(there))
        rows.append(cells)
    head = ["Model", "Best cut", "F1", "Precision", "Recall"]
    if first is not None and first.best is not None:
        head.append(f"Where {_number(first.best.score)} of the first is")
    return (
        f"<h2>Threshold</h2><p>By {_PAIRS[found.pairs]}.</p>"
        f'<div class="pair">{"".join(shown)}</div>{_table(head, rows)}'
    )


def _agreement(found: Findings) -> str:
    if not found.agreements:
        return ""
    titles = [each.title for each in found.columns]
    rows = [
        [
            _name(titles[one]),
            _name(titles[other]),
            _number(each.overlap),
            _number(each.biased),
            _number(each.cka),
            f"{each.rows:,}",
        ]
        for (one, other), each in found.agreements.items()
    ]
    head = ["Model", "And", f"Overlap@{K}", "Rank-biased overlap", "Linear CKA", "Texts"]
    changed = "".join(
        _changed(f"{titles[one]}, {titles[other]}", each, found)
        for (one, other), each in found.agreements.items()
        if each.changed
    )
    return f"<h2>Agreement</h2>{_table(head, rows)}{changed}"


def _changed(title: str, each: Agreement, found: Findings) -> str:
    rows = found.texts.rows
    items = "".join(
        f"<li><bdi>{escape(rows[one.row].text[:200])}</bdi> <span class=muted>{one.overlap:.0%}</span></li>"
        for one in each.changed[:_MOST_CHANGED]
    )
    return f"<h3>Neighbours changed most: {escape(title)}</h3><ul>{items}</ul>"


def _languages(found: Findings) -> str:
    known = [each for each in found.columns if each.languages is not None]
    directions = [
        (one.source, one.target)
        for one in (known[0].languages.directions if known and known[0].languages else ())
    ]
    if not directions:
        return ""
    rows = []
    for place, (source, target) in enumerate(directions):
        cells = [f"{_name(source)} → {_name(target)}"]
        for each in known:
            accuracy = each.languages.directions[place].accuracy if each.languages is not None else None
            cells.append("–" if accuracy is None else _interval(accuracy))
        rows.append(cells)
    head = ["Texts → translations", *(each.title for each in known)]
    return (
        "<h2>Languages</h2><p>How often a text's own translation is the nearest of all texts in the other language, with 95 %"
        f" intervals.</p>{_table(head, rows)}"
    )


def _compression(found: Findings, palettes: Palettes) -> str:
    shown = []
    for each in found.columns:
        if each.compression is not None and each.compression.forms:
            chart = pictures.recall_curve(each.compression, palettes, f"Recall of {each.title}, smaller")
            told = f"{_name(each.title)}: {each.compression.queries:,} texts asked {each.compression.rows:,} others"
            shown.append(_figure(chart, told))
    if not shown:
        return ""
    return (
        f"<h2>Smaller vectors</h2><p>The part of the {K} nearest by the whole vectors that smaller ones find as well.</p>"
        f'<div class="pair">{"".join(shown)}</div>'
    )


def _how(found: Findings) -> str:
    said = [
        "Labels apart: the silhouette (Rousseeuw 1987) of the unit vectors, −1 to 1; 0 where labels lie through each other.",
        f"nDCG@{K} has linear gains, as trec_eval reckons them; MRR and recall are among the first {K} as well. Intervals are of 2,000"
        " bootstrap draws.",
        "Neighbours are found by exact search; rank-biased overlap has persistence 0.9. Maps, clusters, CKA and smaller vectors are by"
        f" cosine{'' if found.measure is Measure.COSINE else f', all else by {_MEASURES[found.measure]}'}.",
        "A cut in one model is where another lets through the same part of the same pairs.",
        "Everything that is drawn by lot is drawn with seed 0, so that it comes out the same again.",
    ]
    items = "".join(f"<li>{escape(each)}</li>" for each in said)
    return f"<h2>How it was reckoned</h2><ul class=muted>{items}</ul>"


def _not_measured(found: Findings) -> str:
    said = list(dict.fromkeys(found.left_out))
    if found.facts.labels < 2:
        said.append("Labels apart: the texts have no two labels.")
    if not found.queries:
        said.append("Retrieval: of no query it is known which texts are relevant.")
    if found.pairs is PairSource.ANY:
        said.append("The best threshold: of no pair of texts it is known whether they are similar.")
    if all(each.languages is None for each in found.columns):
        said.append("Languages: no texts of one group have several languages.")
    if len(found.columns) < 2:
        said.append("Agreement: there is only one model.")
    said += [
        f"{each.title}: {each.missing:,} texts without a vector are left out of all of its figures."
        for each in found.columns
        if each.missing
    ]
    said += [
        f"{each.title}: what it costs is not known."
        for each in found.columns
        if each.cost.spent is None and each.column.own is None
    ]
    items = "".join(f"<li><bdi>{escape(each)}</bdi></li>" for each in said)
    return f"<h2>Not measured</h2><ul>{items}</ul>" if said else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """head: texts; rows: HTML."""
    heads = "".join(f'<th scope="col" dir="auto">{escape(each)}</th>' for each in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'


def _figure(picture: str, caption: str) -> str:
    """caption: HTML."""
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"


def _name(text: str) -> str:
    return f'<span dir="auto">{escape(text)}</span>'


def _spent(cost: ModelCost) -> str:
    return "–" if cost.spent is None else f"{'' if cost.charged else '≈ '}${cost.spent:.6f}"


def _number(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.3f}".replace("-", "\u2212")


def _interval(of: Interval) -> str:
    if math.isnan(of.mean):
        return "–"
    return f'{of.mean:.3f} <span class="muted">{of.low:.3f} … {of.high:.3f}</span>'


def _style(palettes: Palettes) -> str:
    many = len(palettes.light.groups)
    groups = "".join(f".g{place}{{background:{palettes.group(place)}}}" for place in range(many))
    return (
        f"{palettes.style()}"
        f"body{{background:{CANVAS};color:{TEXT};font:15px/1.5 system-ui,sans-serif;margin:0}}"
        "main{max-width:1120px;margin:0 auto;padding:32px 24px 64px}"
        "h1{font-size:26px;margin:0}h2{font-size:20px;margin:40px 0 8px}h3{font-size:15px;margin:24px 0 8px}"
        f".muted,figcaption{{color:{MUTED}}}figcaption,.legend{{font-size:13px}}"
        f".warn{{border-inline-start:4px solid {BAD};padding-inline-start:12px}}"
        ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(320px,100%),1fr));gap:24px}"
        "figure{margin:0}svg.square{width:100%;max-width:520px}svg.chart{width:100%;max-width:640px}"
        "svg text{unicode-bidi:plaintext}"
        ".wide{overflow-x:auto}table{border-collapse:collapse;margin:12px 0;font-variant-numeric:tabular-nums}"
        "th,td{text-align:start;vertical-align:top;padding:6px 0;padding-inline-end:16px;"
        f"border-bottom:1px solid {LINE}}}th{{font-weight:600}}"
        ".legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:4px 16px}"
        ".legend i{display:inline-block;width:10px;height:10px;border-radius:50%;margin-inline-end:6px}"
        f"{groups}"
        "@media print{*{print-color-adjust:exact}main{max-width:none;padding:0}h2,h3{break-after:avoid}"
        "figure,tr{break-inside:avoid}.pair{grid-template-columns:1fr 1fr}.wide{overflow:visible}}"
    )
