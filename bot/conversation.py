"""One turn of a conversation: state and event in, reply and new state out. The only place where user state,
understanding and answers meet. Knows no platform and no store.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.answers import Answers
from bot.model import Incoming, Kind, Reply
from bot.state import UserState
from intents.carry import after
from intents.matcher import Matcher
from intents.model import ABOUT_CLASSES, Context, Understanding
from intents.text import fold, normalise

#: Seconds after which a conversation starts anew; the chosen language stays.
CONTEXT_FADES_AFTER = 30 * 60

#: Telegram's longest message (LINE's is 5,000); whatever is longer was pasted, not asked.
_LONGEST_QUESTION = 4096

#: What a command of the platform means.
_COMMANDS = {"help": "help", "cities": "list_places", "language": "change_language"}


@dataclass(frozen=True, slots=True)
class Turn:
    """`reply` is None where silence is right; `state` is None where everything kept is to be erased."""

    reply: Reply | None
    state: UserState | None
    understood: Understanding | None = None


class Conversation:
    """Holds what never changes: the matcher, the answers. Safe to share between chats."""

    def __init__(self, matcher: Matcher, answers: Answers) -> None:
        self._matcher = matcher
        self._answers = answers
        self._locales = answers.locales
        self._forget_words = {
            fold(normalise(locale("words.forget"))) for locale in self._locales.by_code.values()
        }
        self._longest_forget = max(map(len, self._forget_words))

    def turn(self, incoming: Incoming, state: UserState, now: float) -> Turn:
        """What to say to one event, and what to remember. `now` is in Unix seconds."""
        context = state.context
        if now - state.seen > CONTEXT_FADES_AFTER:
            context = Context(language=context.language)
        state = UserState(state.choice, context, now)
        match incoming.kind:
            case Kind.TEXT:
                return self._words(incoming, state)
            case Kind.INLINE:
                return self._to_share(incoming, state)
            case Kind.LOCATION:
                return self._location(incoming, state)
            case Kind.GONE:
                return Turn(None, None)
            case Kind.FORGET:
                return self._forget(incoming, state)
            case Kind.STARTED:
                return Turn(self._answers.welcome(self._language(None, incoming, state)), state)
            case Kind.ADDED:
                return Turn(self._answers.note("group_hello", self._language(None, incoming, state)), state)
            case Kind.UNREADABLE:
                return Turn(self._answers.note("unreadable", self._language(None, incoming, state)), state)

    def speaks(self, language: str) -> bool:
        """Whether there is a locale of that language."""
        return self._locales.has(language)

    def explain(self, text: str) -> str:
        """Why a first message is understood as it is, line by line."""
        return self._matcher.explain(normalise(text).strip(), Context())

    def busy(self, incoming: Incoming, state: UserState) -> Reply:
        """What to say to somebody who writes faster than anybody reads."""
        return self._answers.note("busy", self._language(None, incoming, state))

    def apology(self, incoming: Incoming, state: UserState) -> Reply:
        """What to say where an answer could not be made."""
        return self._answers.note("help", self._language(None, incoming, state))

    def _words(self, incoming: Incoming, state: UserState) -> Turn:
        text = normalise(incoming.text).strip()
        if incoming.command in _COMMANDS:
            understood = Understanding(_COMMANDS[incoming.command])
            if text and incoming.command == "language":
                understood = replace(self._matcher.understand(text), intent="change_language")
            return self._answer(understood, incoming, state)
        if len(text) <= self._longest_forget and fold(text) in self._forget_words:
            return self._forget(incoming, state)
        if not text or len(text) > _LONGEST_QUESTION:
            key = "too_long" if text else "empty"
            return Turn(self._answers.note(key, self._language(None, incoming, state)), state)
        return self._answer(self._matcher.understand(text, state.context), incoming, state)

    def _answer(self, understood: Understanding, incoming: Incoming, state: UserState) -> Turn:
        language = self._language(understood, incoming, state)
        answer = self._answers.answer(understood, language)
        choice = state.choice
        if understood.intent == "change_language" and self._locales.has(understood.target_language):
            choice = answer.reply.language
        context = after(state.context, understood, answer.listed, answer.nearest)
        spoken = self._spoken(understood, answer.reply.language, state, choice)
        if spoken != context.language:
            context = replace(context, language=spoken)
        return Turn(answer.reply, UserState(choice, context, state.seen), understood)

    def _spoken(self, understood: Understanding, answered: str, state: UserState, choice: str) -> str:
        """The language of the conversation from now on: that of the answer, unless it was but guessed from the
        platform, while nobody has said a word in it.
        """
        told = understood.language or choice or state.context.language
        return answered if told else ""

    def _to_share(self, incoming: Incoming, state: UserState) -> Turn:
        """Cards for what is being typed in another chat: of the places named, or of those that begin so."""
        text = normalise(incoming.text).strip()[:_LONGEST_QUESTION]
        understood = self._matcher.understand(text) if text else None
        members = self._answers.members
        named = [members.get(place.id) for place in understood.places] if understood else []
        chosen = [member for member in named if member] or [
            member for member in members.all if fold(member.name).startswith(fold(text))
        ]
        language = self._language(understood, incoming, state)
        return Turn(self._answers.to_share(chosen, language), state, understood)

    def _location(self, incoming: Incoming, state: UserState) -> Turn:
        if incoming.location is None:
            return Turn(None, state)
        context = state.context
        intent = context.intent if context.intent in ABOUT_CLASSES - {"list_places"} else "find_class"
        understood = Understanding(intent, topics=context.topics)
        answer = self._answers.at(incoming.location, understood, self._language(None, incoming, state))
        understood = replace(understood, places=answer.places)
        context = after(context, understood, nearest=answer.nearest)
        return Turn(answer.reply, replace(state, context=context), understood)

    def _forget(self, incoming: Incoming, state: UserState) -> Turn:
        return Turn(self._answers.note("forgotten", self._language(None, incoming, state)), None)

    def _language(self, understood: Understanding | None, incoming: Incoming, state: UserState) -> str:
        """The language of the answer: the message's where it is clear, else the user's choice, else the
        conversation's, else the message's as far as it tells, else the platform's hint.
        """
        own = understood.language if understood else ""
        sure = own if understood and understood.language_sure else ""
        for code in (sure, state.choice, state.context.language, own, incoming.hint):
            if code and self._locales.has(code.split("-")[0].lower()):
                return code.split("-")[0].lower()
        return self._locales.default
