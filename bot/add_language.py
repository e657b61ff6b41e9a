"""`add-language xx`: makes the files of a new language out of the English ones, the English beside each line.

Nothing that it makes is offered to users: every sentence is still empty. Knows no language but the reference.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TextIO

import yaml

from bot.locales import REFERENCE
from bot.problems import BadData, Problem, read_text

_CODE = re.compile(r"[a-z]{2,3}")
#: So many example sentences of each intent are shown; as many of one's own make a good beginning.
_EXAMPLES_SHOWN = 12

#: Stands before every line of English that waits to be replaced in the other two files.
_WAITS = "#| "

_LOCALE_HEAD = """\
# What the bot says in “{code}”. Write your sentences between the quotation marks; the English stands beside.
# {{holes}} stay as they are: they take names, numbers, links and addresses. A sentence of several lines is
# written like this, its lines two spaces further to the right than its key:
#   more: |-
#     First line.
#     Second line.
# A label stands on a button: at most 20 letters once the longest name is filled in.
# “python -m bot check” lists what is still missing. When nothing is, the bot answers in this language.
"""
_INTENTS_HEAD = """\
# How people ask in “{code}”. Every line that begins with “#| ” is English and waits for you: take the “#| ”
# away and put there what people write in your language, as they really write it, mistakes included. Where
# your language has nothing of the kind, leave the list empty: []
# “python -m bot check” lists what is still missing; after a change of the example sentences run “make learn”.
"""
_DIALOGUES_HEAD = """\
# Conversations in “{code}”, each a test. Every line that begins with “#| ” is English and waits for you: take
# the “#| ” away and write it in your language. `hears` is what the answer must contain.
"""


def add_language(code: str, locales_dir: Path, intents_dir: Path, dialogues_dir: Path, out: TextIO) -> int:
    """Writes the three files and names them; never over a file that is there. Raises BadData."""
    if not _CODE.fullmatch(code):
        mend = "Write the language's two letters of ISO 639-1, such as “id” or “ne”."
        raise BadData([Problem("add-language", "", f"“{code}” is not the code of a language.", mend)])
    made = {
        locales_dir / f"{code}.yaml": _locale(code, read_text(locales_dir / f"{REFERENCE}.yaml")),
        intents_dir / f"{code}.yaml": _intents(code, read_text(intents_dir / f"{REFERENCE}.yaml")),
    }
    if dialogues_dir.is_dir():
        english = read_text(dialogues_dir / f"{REFERENCE}.yaml")
        made[dialogues_dir / f"{code}.yaml"] = _DIALOGUES_HEAD.format(code=code) + _all_commented(english)
    there = [path for path in made if path.exists()]
    if there:
        raise BadData([Problem(str(path), "", "is there already; nothing was written.") for path in there])
    for path, text in made.items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"made {path}", file=out)
    print("Fill them in from top to bottom; “python -m bot check” lists what is still missing.", file=out)
    return 0


def _locale(code: str, english: str) -> str:
    """Every sentence emptied, with the English behind it or, where it has several lines, below it."""
    text = english
    # From the end, so that the places of the sentences before stay right. Only the pure loader's marks tell
    # the index in the text.
    for key, value in reversed(_sentences(yaml.compose(english, Loader=yaml.SafeLoader))):
        start, end = value.start_mark.index, value.end_mark.index
        body = text[start:end].rstrip()
        blank = text[start + len(body) : end]
        if key.value in ("code", "translate"):
            new = code
        elif "\n" in body:
            indent = " " * key.start_mark.column
            lines = [f"{indent}# {line}".rstrip() for line in value.value.split("\n")]
            new = "\n".join(['""', *lines])
        else:
            new = f'""  # {value.value}'
        text = text[:start] + new + blank + text[end:]
    return _LOCALE_HEAD.format(code=code) + _without_head(text)


def _sentences(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    """The keys and values of a mapping and those inside it, in the order of the text."""
    found = []
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        if isinstance(value, yaml.ScalarNode):
            found.append((key, value))
        else:
            found += _sentences(value)
    return found


def _intents(code: str, english: str) -> str:
    """The sections with every list commented out; of the examples only the first of each intent."""
    lines = []
    in_examples = False
    shown = 0
    for line in _without_head(english).splitlines():
        bare = line.strip()
        if re.match(r"borrows:", line):
            line = f"borrows: [{REFERENCE}]"
        elif bare and not bare.startswith("#"):
            if not line.startswith(" "):
                in_examples = bare == "examples:"
            elif in_examples and bare.startswith("- "):
                shown += 1
                if shown > _EXAMPLES_SHOWN:
                    continue
                line = _WAITS + line
            else:
                shown = 0
                line = _WAITS + line
        lines.append(line)
    return _INTENTS_HEAD.format(code=code) + "\n".join(lines) + "\n"


def _all_commented(text: str) -> str:
    return "".join(line if line.startswith("#") else _WAITS + line for line in text.splitlines(keepends=True))


def _without_head(text: str) -> str:
    """Without the comments at the top, which speak of English."""
    lines = text.splitlines(keepends=True)
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        del lines[0]
    return "".join(lines)
