"""What makes the bot at home in each app, as whole processes: groups, links, sharing, edits, menus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.fakes import line_events
from tests.fakes.line_faults import Fault as LineFault
from tests.fakes.telegram import USERNAME
from tests.processes import until
from tests.test_serve import Stage, answered, play, texts

GROUP_CHAT = {"id": -100200, "type": "supergroup", "title": "Amigos de Komaki"}


def person(number: int, language: str = "en") -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "Ana", "language_code": language}


def test_a_group_on_line_hears_the_bot_only_when_it_is_spoken_to(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        line, group = stage.line, line_events.GROUP
        async with stage.bot(tmp_path) as bot:
            (hello,) = await answered(line, line_events.event("join", group=group))
            assert "start your message with my name" in hello
            talk = line_events.text("who knows a class in Komaki?", group=group)
            assert await line.deliver(talk, line_events.sticker(group=group)) == 200
            assert len(line.replies) == 1, "only the hello"
            mention = {"index": 3, "length": 5, "type": "user", "userId": "U" + "b" * 32, "isSelf": True}
            asked = line_events.text("🙏 @Doko Komaki", group=group)
            asked["message"]["mention"] = {"mentionees": [mention]}
            (answer,) = await answered(line, asked)
            assert "http://www.komakikia.jp/" in answer
            assert await bot.stop() == 0

    play(scene)


def test_a_group_on_telegram_is_answered_in_its_topic(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        telegram = stage.telegram
        async with stage.bot(tmp_path) as bot:
            common = {"date": 1790000000, "chat": GROUP_CHAT, "from": person(5)}
            telegram.push(message={**common, "message_id": 1, "text": "any class in Komaki?"})
            words = f"@{USERNAME} Komaki"
            entity = {"type": "mention", "offset": 0, "length": len(USERNAME) + 1}
            topic = {"message_thread_id": 77, "is_topic_message": True}
            telegram.push(message={**common, **topic, "message_id": 2, "text": words, "entities": [entity]})
            (sent,) = await telegram.until_called("sendMessage")
            assert str(sent["message_thread_id"]) == "77"
            assert "http://www.komakikia.jp/" in sent["text"]
            assert await bot.stop() == 0
            assert len(telegram.called("sendMessage")) == 1

    play(scene)


def test_deep_links_locations_and_edits_on_telegram(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        telegram = stage.telegram
        async with stage.bot(tmp_path) as bot:
            telegram.say(
                "/start vi_hamamatsu",
                chat_id=11,
                entities=[{"type": "bot_command", "offset": 0, "length": 6}],
            )
            await until(lambda: telegram.texts(11) != [])
            assert "Hamamatsu · 浜松市" in telegram.texts(11)[0]
            assert "Các trang về lớp tiếng Nhật:" in telegram.texts(11)[0]

            telegram.push(
                message={
                    "message_id": 3,
                    "date": 1790000000,
                    "from": person(12),
                    "chat": {"id": 12, "type": "private"},
                    "location": {"latitude": 35.2903, "longitude": 136.9109},
                }
            )
            await until(lambda: telegram.texts(12) != [])
            assert "You are in Komaki · 小牧市." in telegram.texts(12)[0]

            telegram.say("aula de japonês em Toyota", chat_id=13, message_id=40)
            await until(lambda: telegram.texts(13) != [])
            edited = {
                "message_id": 40,
                "date": 1790000000,
                "edit_date": 1790000009,
                "from": person(13, "pt"),
                "chat": {"id": 13, "type": "private"},
                "text": "aula de japonês em Toyohashi",
            }
            telegram.push(edited_message=edited)
            await telegram.until_called("editMessageText")
            assert len(telegram.texts(13)) == 1
            assert "Toyohashi · 豊橋市" in telegram.texts(13)[0]
            assert await bot.stop() == 0

    play(scene)


def test_a_card_is_shared_from_any_chat_and_every_button_is_released(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        telegram = stage.telegram
        async with stage.bot(tmp_path) as bot:
            telegram.push(inline_query={"id": "9", "from": person(21, "pt"), "query": "koma", "offset": ""})
            (shared,) = await telegram.until_called("answerInlineQuery")
            assert "http://www.komakikia.jp/" in str(shared["results"])
            assert "Página de aulas de japonês" in str(shared["results"])
            message = {
                "message_id": 8,
                "date": 1790000000,
                "chat": {"id": 22, "type": "private"},
                "text": "x",
            }
            telegram.push(
                callback_query={
                    "id": "77",
                    "from": person(22),
                    "chat_instance": "1",
                    "message": message,
                    "data": "contact Komaki",
                }
            )
            await telegram.until_called("answerCallbackQuery")
            await until(lambda: telegram.texts(22) != [])
            assert "tabunka@city.komaki.lg.jp" in telegram.texts(22)[0]
            assert await bot.stop() == 0

    play(scene)


def test_a_new_friend_on_line_is_greeted_in_their_language_and_the_menu_follows_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        line, user = stage.line, line_events.user_id(5)
        line.languages[user] = "pt-BR"
        for language in ("pt", "vi"):
            line.menus.pictures[f"menu-{language}"] = b"drawn"
            line.menus.aliases[f"doko-{language}"] = f"menu-{language}"
        async with stage.bot(tmp_path) as bot:
            (hello,) = await answered(line, line_events.event("follow", user=user))
            assert "Em qual cidade?" in hello
            assert "Tiếng Việt" in hello
            assert line.menus.shown[user] == "menu-pt"
            (changed,) = await answered(line, line_events.text("Tiếng Việt", user=user))
            assert "Từ giờ mình trả lời bằng tiếng Việt nhé." in changed
            assert line.menus.shown[user] == "menu-vi"
            assert await bot.stop() == 0

    play(scene)


def test_an_unsent_message_makes_line_forget(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        line = stage.line
        async with stage.bot(tmp_path) as bot:
            await answered(line, line_events.text("Japanese class in Komaki"))
            unsent = line_events.event("unsend", unsend={"messageId": "1"})
            assert await line.deliver(unsent) == 200
            (asked,) = await answered(line, line_events.text("what is their email?"))
            assert "tabunka@city.komaki.lg.jp" not in asked
            assert await bot.stop() == 0

    play(scene)


def test_choices_are_quick_replies_and_cards_are_flex(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        line = stage.line
        async with stage.bot(tmp_path) as bot:
            event = line_events.text("I want to learn Japanese")
            assert await line.deliver(event) == 200
            (sent,) = await line.replies_to(event)
            items = sent.messages[-1]["quickReply"]["items"]
            assert len(items) == 13
            assert items[-1]["action"]["type"] == "location"
            event = line_events.text("Ota and Oizumi")
            assert await line.deliver(event) == 200
            (sent,) = await line.replies_to(event)
            flex = [message for message in sent.messages if message["type"] == "flex"]
            assert [bubble["type"] for bubble in flex[0]["contents"]["contents"]] == ["bubble", "bubble"]
            assert "otaia@mx.city.ota.gunma.jp" in texts(sent.messages)
            assert await bot.stop() == 0

    play(scene)


def test_whoever_waits_for_a_slow_answer_on_line_sees_that_it_is_being_made(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        line, quick, slow = stage.line, line_events.user_id(8), line_events.user_id(9)
        async with stage.bot(tmp_path) as bot:
            await answered(line, line_events.text("Komaki", user=quick))
            line.faults.append(LineFault(hang=3, late=True))
            assert await line.deliver(line_events.text("Komaki", user=slow)) == 200
            await until(lambda: line.loadings == [slow])
            assert await bot.stop() == 0

    play(scene)
