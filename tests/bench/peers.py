"""The matchers that ours is measured beside, each as its users would set it up for our questions.

Each is made of the same example sentences and messages that ours was learnt from, but hassil, whose templates
in hassil.yaml are written by hand. They tell an intent; none tells the place or the language as ours does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.settings import ROOT
from tests.bench.messages import OPEN

#: Text in, name of the intent out, "" where it understood nothing.
Matcher = Callable[[str], str]


def ours() -> Matcher:
    """The whole of intents.understand: places, language and intent."""
    from bot.collector import give_back, nothing_to_collect
    from intents.matcher import load

    with nothing_to_collect(for_good=True):  # as `serve` has it
        matcher = load(ROOT / "intents", ROOT / "data")
    give_back()
    return lambda text: matcher.understand(text).intent


def hassil() -> Matcher:
    """Templates in three languages, tried one language after the other."""
    import yaml
    from hassil import Intents, SlotList, WildcardSlotList, recognize_best

    facts = yaml.safe_load((Path(__file__).parent / "hassil.yaml").read_text("utf-8"))
    languages = [
        Intents.from_dict(
            {
                "language": language,
                "intents": {name: {"data": [{"sentences": listed}]} for name, listed in own.items()},
                "lists": {"place": {"wildcard": True}},
            }
        )
        for language, own in facts.items()
    ]
    lists: dict[str, SlotList] = {"place": WildcardSlotList("place")}

    def match(text: str) -> str:
        for intents in languages:
            if found := recognize_best(text, intents, slot_lists=lists):
                return str(found.intent.name)
        return ""

    return match


def nearest_sentence() -> Matcher:
    """The intent of the example or message that rapidfuzz finds most alike."""
    from rapidfuzz import fuzz, process, utils

    intents = [intent for text, intent in _examples()]
    texts = [utils.default_process(text) for text, _ in _examples()]

    def match(text: str) -> str:
        found = process.extractOne(utils.default_process(text), texts, scorer=fuzz.ratio)
        return intents[found[2]]

    return match


def padacioso() -> Matcher:
    """The example sentences of intents/*.yaml as padacioso's own samples, which know holes. It would start
    processes for every message; threads, which it is given here, cost it far less.
    """
    import concurrent.futures

    from padacioso import IntentContainer

    vars(concurrent.futures)["ProcessPoolExecutor"] = concurrent.futures.ThreadPoolExecutor

    by_intent: dict[str, list[str]] = {}
    for text, intent in _sentences():
        by_intent.setdefault(intent, []).append(text)
    container = IntentContainer(n_workers=1)
    for intent, samples in by_intent.items():
        container.add_intent(intent, samples)

    def match(text: str) -> str:
        found = container.calc_intent(text)
        return str(found.get("name") or "") if found else ""

    return match


def linear_model() -> Matcher:
    """scikit-learn: TF-IDF of letters and words, and a linear support vector machine, learnt at the start."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    examples = _examples()
    model = make_pipeline(
        make_union(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        ),
        LinearSVC(C=0.5),
    )
    model.fit([text for text, _ in examples], [intent for _, intent in examples])
    return lambda text: str(model.predict([text])[0])


PEERS: Mapping[str, Callable[[], Matcher]] = {
    "ours": ours,
    "hassil": hassil,
    "rapidfuzz": nearest_sentence,
    "padacioso": padacioso,
    "scikit-learn": linear_model,
}


def _sentences() -> list[tuple[str, str]]:
    """The example sentences of intents/*.yaml."""
    from intents.phrases import load

    return [
        (sentence, intent)
        for own in load(ROOT / "intents").values()
        for intent, sentences in own.examples.items()
        for sentence in sentences
    ]


def _examples() -> list[tuple[str, str]]:
    """Example sentences and labelled messages."""
    from tests.labelled import messages

    labelled = [(label.text, label.intent.split("|")[0]) for label in messages(OPEN)]
    return [*_sentences(), *labelled]
