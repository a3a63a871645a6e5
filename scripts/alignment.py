"""Which id of one pass is which of another: two annotators spell an invented name's slug in two ways and mean one thing."""

from collections import Counter

from scripts.documents import Json


def correspondence(first: Json, second: Json) -> dict[str, str]:
    """``{id of first: id of second}`` over the mentions that both passes have in one document.

    Two ids correspond where each is the other's most frequent partner (at a tie the alphabetically first), so that no
    id has two partners: what one pass joins and the other parts stays a disagreement.
    """
    ids = {(entity["start"], entity["end"]): entity["id"] for entity in second["entities"]}
    met = Counter((e["id"], ids[e["start"], e["end"]]) for e in first["entities"] if e["id"] and ids.get((e["start"], e["end"])))
    forth, back = _partners(met), _partners(Counter({(b, a): number for (a, b), number in met.items()}))
    return {one: other for one, other in forth.items() if back[other] == one}


def renamed(layers: Json, names: dict[str, str]) -> Json:
    """The layers with their ids renamed; an id without a partner keeps its name."""
    return {
        **layers,
        "entities": [{**entity, "id": names.get(entity["id"], entity["id"])} for entity in layers["entities"]],
        "quotes": [{**quote, "speaker_id": names.get(quote["speaker_id"], quote["speaker_id"])} for quote in layers["quotes"]],
    }


def _partners(met: Counter[tuple[str, str]]) -> dict[str, str]:
    ranked = sorted(met, key=lambda pair: (-met[pair], pair))
    return dict(reversed(ranked))
