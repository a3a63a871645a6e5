"""Markdown tables, the same in a terminal, the README and the card."""

from collections.abc import Iterable, Sequence

from scripts.documents import Json

# The columns of the results table: heading → metric.
RESULTS = {
    "body P": "body.precision",
    "body R": "body.recall",
    "body F1": "body.f1",
    "boundary P": "boundary.precision",
    "boundary R": "boundary.recall",
    "boundary F1": "boundary.f1",
    "within 5": "boundary_within_5.f1",
    "glued F1": "boundary.glued.f1",
    "exact docs": "documents.exact",
    "Pk": "pk",
    "WindowDiff": "windowdiff",
}
PEERS = {name: RESULTS[name] for name in ("body P", "body R", "body F1", "boundary F1", "exact docs")}
PEERS_NOTE = (
    "The tools that want HTML are outside their purpose here: they see a flat page without markup, a paragraph for each line. "
    "*lost* is the share of a tool's own characters that could not be found in the text.\n"
)
SUMMARY = {"body F1": "body.f1", "boundary F1": "boundary.f1", "exact": "documents.exact"}
COMPARED = ("difference", "95 % interval", "p")
WITH_INTERVAL = ("body.f1", "boundary.f1", "documents.exact")


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table whose first column is text and whose other columns are figures."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def results(systems: dict[str, Json]) -> str:
    """Systems by RESULTS; the figures of WITH_INTERVAL with their 95 % intervals."""
    rows = ([name, *(cell(found[m], m in WITH_INTERVAL) for m in RESULTS.values())] for name, found in systems.items())
    return markdown(["system", *RESULTS], rows)


def scores_of(found: Json, column: str) -> dict[str, Json]:
    """``{system: scores}`` of one column of the results."""
    return {name: system["scores"] for name, system in found["columns"][column]["systems"].items()}


def summary(found: Json) -> str:
    """Systems by column: body F1, boundary F1 with its interval, exact documents."""
    head = [f"{column.replace('_', ' ')}: {short_name}" for column in found["columns"] for short_name in SUMMARY]
    rows = []
    for name in found["parameters"]:
        figures = [scores_of(found, column)[name] for column in found["columns"]]
        rows.append([f"{name}{' ★' if name == found['recommended'] else ''}", *(cell(f[m], m == "boundary.f1") for f in figures for m in SUMMARY.values())])
    return markdown(["system", *head], rows)


def site(found: dict[str, Json]) -> str:
    """Sites by documents and figures, of one system."""
    rows = ([name, figures["documents"], *(short(figures[m]) for m in SUMMARY.values())] for name, figures in found.items())
    return markdown(["site", "documents", *SUMMARY], rows)


def sites(found: Json, column: str, metric: str = "boundary.f1") -> str:
    """Systems by site: one figure, of one column of the field results."""
    systems = found["columns"][column]["systems"]
    names = list(next(iter(systems.values()))["sites"])
    rows = ([name, *(short(system["sites"][style][metric]) for style in names)] for name, system in systems.items())
    return markdown([f"{column.replace('_', ' ')}: {metric}", *(style.removeprefix("field-") for style in names)], rows)


def kept(systems: dict[str, Json]) -> str:
    """Systems by kind of boilerplate: the share of its characters that a system calls body."""
    kinds = [name for name, estimate in next(iter(systems.values())).items() if name.startswith("kept.") and estimate["value"] is not None]
    rows = ([name, *(cell(found[kind]) for kind in kinds)] for name, found in systems.items())
    return markdown(["system", *(kind.removeprefix("kept.") for kind in kinds)], rows)


def sites_agreement(reports: dict[str, Json]) -> str:
    """Figures of agreement on segments, a site of the field set a row."""
    names = ("characters.label.kappa", "characters.kind.kappa", "boundary.f1", "block_boundary.f1")
    rows: list[Sequence[object]] = []
    for group, found in reports.items():
        if group.startswith("field"):
            rows.append([group.removeprefix("field/"), found["documents"], *("–" if (v := found["figures"][name]) is None else short(v) for name in names)])
    return markdown(["site", "documents", *names], rows)


def agreement(reports: dict[str, Json]) -> str:
    """Figures of agreement by group, with what each pass found; the sites of the field set have a table of their own."""
    reports = {group: found for group, found in reports.items() if "/" not in group}
    head = ["", *(f"{name} ({' and '.join(found['passes'])})" for name, found in reports.items())]
    rows: list[Sequence[object]] = [["documents", *(found["documents"] for found in reports.values())]]
    first = next(iter(reports.values()))
    rows += [[f"{layer}, by each pass", *(" / ".join(map(str, found["counts"][layer])) for found in reports.values())] for layer in first["counts"]]
    for name in first["figures"]:
        values = [found["figures"][name] for found in reports.values()]
        rows.append([name, *("–" if value is None else short(value) for value in values)])
    return markdown(head, rows)


def peers(found: Json) -> str:
    """The tools of other people: a table for each column of peers.json, and what the figures cannot say."""
    parts = [PEERS_NOTE]
    for column, content in found["columns"].items():
        rows = [[name, found["tools"][name]["version"] or "–", *_peer(row)] for name, row in content["systems"].items()]
        parts.append(f"**{column}**, {content['documents']} documents\n\n{markdown(['tool', 'version', *PEERS, 'lost'], rows)}")
    failed = [
        f"{name} ({column}): {row['error']}\n" for column, content in found["columns"].items() for name, row in content["systems"].items() if "error" in row
    ]
    return "\n".join([*parts, *failed])


def best_peer(found: Json) -> str:
    """The recommended baseline against the best tool of each column of best_peer.json."""
    rows = [
        [f"{column}, {content['documents']} documents: {metric}", content["tool"], *compared(row)]
        for column, content in found["columns"].items()
        for metric, row in content["metrics"].items()
    ]
    return markdown(["column, metric", "best tool", found["system"], "that tool", *COMPARED], rows)


def compared(row: Json) -> list[str]:
    """Both figures of a metric of ``baselines.compare``, and COMPARED; dashes where one is not defined."""
    figures = [cell({"value": row[key]}) for key in "ab"]
    if row["p"] is None:
        return [*figures, *["–"] * len(COMPARED)]
    return [*figures, signed(row["difference"]), f"[{signed(row['low'])}, {signed(row['high'])}]", probability(row["p"])]


def bench(found: Json) -> str:
    """Speed, memory and first answer of every system of bench.json, and the curve of the recommended one."""
    beside = list(next((row["ratios"] for row in found["systems"].values() if "ratios" in row), {}))
    head = ["system", "version", "MB", "MB/s", "low", "high", *(f"× {name}" for name in beside), "memory, MB", "first answer, s"]
    rows = [[name, found["tools"].get(name) or "–", *_bench(row, beside)] for name, row in found["systems"].items()]
    corpus = found["corpus"]
    about = f"{corpus['megabytes']} MB in {corpus['pages']:,} pages, {corpus['distinct']:,} of them different"
    about += f"; {found['rounds']} rounds, one thread; {found['machine']}"
    failed = "".join(f"{name}: {row['error']}\n" for name, row in found["systems"].items() if "error" in row)
    return "\n".join(filter(None, [about + "\n", markdown(head, rows), failed, _curve(found["curve"])]))


def studies(found: Json) -> str:
    """The chain without each group of clues, and fitted on growing numbers of styles (mean of the orders)."""
    columns = [column for column in ("validation", "transfer") if column in found["ablation"][0]]
    names = ("boundary.f1", "body.f1", "documents.exact")
    head = [f"{column}: {name}" for column in columns for name in names]
    ablation = ([row["without"], *(_figure(row[column][name]) for column in columns for name in names)] for row in found["ablation"])
    curve = []
    for styles in sorted({row["styles"] for row in found["learning_curve"]}):
        runs = [row for row in found["learning_curve"] if row["styles"] == styles]
        pages = round(sum(row["pages"] for row in runs) / len(runs))
        means = (sum(row[column][name] or 0 for row in runs) / len(runs) for column in columns for name in names)
        curve.append([f"{styles} styles, {pages} pages, {len(runs)} orders", *map(short, means)])
    return f"{markdown(['without', *head], ablation)}\n{markdown(['fitted on', *head], curve)}"


def cross_validation(found: Json) -> str:
    """Every value of what is set on a fitted model, of each model; the chosen one with a dot."""
    names = [name for name in next(iter(found["systems"].values()))["values"][0] if name != "parameters"]
    rows = []
    for system, told in found["systems"].items():
        for row in told["values"]:
            setting = ", ".join(f"{key} {value}" for key, value in row["parameters"].items())
            rows.append([f"{system}, {setting}{' •' if row['parameters'] == told['chosen'] else ''}", *(_figure(row[name]) for name in names)])
    return markdown([f"{found['documents']} pages, {found['folds']} folds", *names], rows)


def _figure(value: float | None) -> str:
    return "–" if value is None else short(value)


def cell(estimate: Json, interval: bool = False) -> str:
    """A figure as the tables print it: .967, 1.000, with its interval if asked, a dash where it is not defined."""
    if estimate["value"] is None:
        return "–"
    bounds = f" [{short(estimate['low'])}, {short(estimate['high'])}]" if interval else ""
    return short(estimate["value"]) + bounds


def short(value: float) -> str:
    """Three digits, no leading zero."""
    return f"{value:.3f}".removeprefix("0")


def signed(value: float) -> str:
    """A difference as the tables print it, with its sign."""
    return ("−" if round(value, 3) < 0 else "+" if round(value, 3) > 0 else "") + short(abs(value))


def probability(value: float) -> str:
    """Four digits, no leading zero."""
    return f"{value:.4f}".removeprefix("0")


def _peer(row: Json) -> list[str]:
    if "error" in row:
        return ["–"] * (len(PEERS) + 1)
    return [*(cell(row["scores"][metric], metric == "boundary.f1") for metric in PEERS.values()), f"{row['mapping']['share']:.1%}"]


def _bench(row: Json, beside: list[str]) -> list[str]:
    if "error" in row:
        return ["–"] * (6 + len(beside))
    figures = [row["megabytes"], *row["speed"].values(), *(row["ratios"][name] for name in beside)]
    return [*(f"{value:.3g}" if value < 100 else f"{value:.0f}" for value in figures), f"{row['memory']:.0f}", f"{row['first_answer']:.2f}"]


def _curve(found: Json | None) -> str:
    if not found:
        return ""
    rows = [[point["megabytes"], *("not measured" if point[key] is None else point[key] for key in ("seconds", "speed"))] for point in found["points"]]
    return markdown([f"{found['system']}, MB", "seconds", "MB/s"], rows)
