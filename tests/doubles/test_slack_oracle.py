"""The oracle lets good requests pass, and says of bad ones where and why."""

from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.doubles.slack import Oracle, Specs
from tests.doubles.slack.specs import Json

TOKEN = "xoxb-1"
POST, OPEN, APPEND, PROMPTS = "chat.postMessage", "views.open", "chat.appendStream", "assistant.threads.setSuggestedPrompts"
FORM = "application/x-www-form-urlencoded"
PERSONA = {"username": "RLHF Lab", "icon_url": "https://example.com/face.png", "icon_emoji": ":robot_face:"}
DIGEST = {"unfurl_links": False, "unfurl_media": False}


@pytest.fixture(scope="session")
def oracle(specs: Specs) -> Oracle:
    return Oracle(specs)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(label: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": "go", **more}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"Choice {number}"), "value": str(number)} for number in range(count)]


def table(rows: list[list[str]]) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text} for text in row] for row in rows]}


def post(*blocks: Json, **more: Any) -> Json:
    return {"channel": "C1", "text": "as text", **({"blocks": list(blocks)} if blocks else {}), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"trigger_id": "1.2.a", "view": {"type": "modal", "title": plain("Form"), "blocks": list(blocks), **more}}


FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "f",
            "positive_button": {"text": plain("Good"), "value": "1"},
            "negative_button": {"text": plain("Bad"), "value": "0"},
        }
    ],
}
ASK = {"type": "input", "label": plain("Why?"), "element": {"type": "plain_text_input", "action_id": "why"}}
MENTION = {"type": "user", "user_id": "U1"}
GOOD: list[tuple[str, Json]] = [
    ("chat.postMessage", post(**PERSONA, team_id="T1")),
    ("chat.postMessage", post(section("*Hello* <https://example.com|there>"), {"type": "divider"}, actions(button()))),
    ("chat.postMessage", post(rich({"type": "text", "text": "<!here> literally "}, MENTION))),
    ("chat.postMessage", post(text="At <!date^1700000000^{time}|nine>")),
    ("chat.postMessage", post(metadata={"event_type": "lesson_delivery", "event_payload": {"key": "k"}}, **DIGEST)),
    ("chat.postMessage", post(metadata={"event_type": "answer", "event_payload": {"key": "k"}}, thread_ts="1.1")),
    ("chat.postMessage", post(table([["a", "b"], ["c", "d"]]))),
    ("chat.postMessage", post({"type": "data_visualization", "chart": {"type": "pie"}})),
    ("chat.postMessage", post(actions(button(visible_to_user_ids=["U1"])))),
    ("chat.postMessage", {"channel": "C1", "markdown_text": "**Hi**"}),
    ("chat.postEphemeral", post(section("psst"), user="U1", thread_ts="1.1", **PERSONA)),
    ("chat.update", post(section("new"), ts="1.1")),
    ("chat.update", post(ts="1.1", blocks=[])),
    ("chat.delete", {"channel": "C1", "ts": "1.1"}),
    ("chat.startStream", {"channel": "D1", "thread_ts": "1.1", "chunks": [{"type": "markdown_text", "text": "x"}], **PERSONA}),
    ("chat.appendStream", {"channel": "D1", "ts": "1.1", "markdown_text": "x"}),
    ("chat.appendStream", {"channel": "D1", "ts": "1.1", "chunks": [{"type": "markdown_text", "text": "x"}]}),
    ("chat.stopStream", {"channel": "D1", "ts": "1.1", "chunks": [], "blocks": [FEEDBACK], "session_status": "active"}),
    (
        "assistant.threads.setStatus",
        {"channel_id": "C1", "thread_ts": "1.1", "status": "thinks…", "loading_messages": ["a"], **PERSONA},
    ),
    ("assistant.threads.setSuggestedPrompts", {"channel_id": "D1", "prompts": [{"title": "Quiz", "message": "/quiz"}]}),
    ("agents.sessions.setStatus", {"channel_id": "D1", "thread_ts": "1.1", "status": "processing"}),
    ("views.open", modal(section("Loading…"))),
    ("views.open", modal(ASK, submit=plain("Send"))),
    ("views.publish", {"user_id": "U1", "view": {"type": "home", "blocks": [section("Home")]}}),
    ("reactions.add", {"channel": "C1", "timestamp": "1.1", "name": "eyes"}),
    ("conversations.open", {"users": "U1"}),
]
QUERIES: list[tuple[str, dict[str, str]]] = [
    ("auth.test", {"team_id": "T1"}),
    ("conversations.info", {"channel": "C1", "include_num_members": "1"}),
    ("conversations.history", {"channel": "C1", "limit": "15", "oldest": "1.0", "include_all_metadata": "true"}),
    ("conversations.replies", {"channel": "C1", "ts": "1.1", "limit": "200"}),
    ("users.info", {"user": "U1"}),
    ("files.getUploadURLExternal", {"filename": "progress.png", "length": "10", "alt_txt": "A chart"}),
    (
        "files.completeUploadExternal",
        {"files": '[{"id": "F1", "title": "x"}]', "channel_id": "C1", "thread_ts": "1.1", "username": "Lab"},
    ),
]


@pytest.mark.parametrize(("method", "body"), GOOD, ids=[f"{index}-{method}" for index, (method, _) in enumerate(GOOD)])
def test_a_good_request_passes(oracle: Oracle, method: str, body: Json) -> None:
    assert oracle.check(method, {}, body, token=TOKEN) == []


@pytest.mark.parametrize(("method", "query"), QUERIES, ids=[method for method, _ in QUERIES])
def test_arguments_may_come_in_the_query_or_as_a_form(oracle: Oracle, method: str, query: dict[str, str]) -> None:
    assert oracle.check(method, query, {}, "", TOKEN) == []
    assert oracle.check(method, {}, query, FORM, TOKEN) == []


STATUS = {"channel_id": "C1", "thread_ts": "1.1", "status": "x"}
STREAM = {"channel": "D1", "thread_ts": "1.1", "markdown_text": "x"}
LONG = {"channel": "D1", "ts": "1.1", "markdown_text": "x" * 12001}
MARKED = {"channel": "C1", "markdown_text": "<@U1> see"}
WRONG_ANSWER = {
    "type": "static_select",
    "action_id": "s",
    "options": options(2),
    "initial_option": {"text": plain("x"), "value": "9"},
}
DOUBLED = {"type": "static_select", "action_id": "s", "options": [*options(1), *options(1)]}
FIVE = {"channel_id": "D1", "prompts": [{"title": "a", "message": "b"}] * 5}
LOUD = {"channel": "D1", "ts": "1.1", "chunks": [{"type": "markdown_text", "text": "<!everyone>"}]}
BAD: list[tuple[str, str, Json, str]] = [
    # the ten of the platform note
    ("a persona on an edit", "chat.update", post(ts="1.1", **PERSONA), "username: chat.update has no such argument"),
    ("a persona on a scheduled message", "chat.scheduleMessage", post(post_at=1, username="x"), "username:"),
    ("a wrong type of text", POST, post({"type": "section", "text": {"type": "md", "text": "a"}}), "blocks[0].text: type 'md'"),
    ("a string as a button's text", POST, post(actions(button() | {"text": "Go"})), "text: 'Go' is not"),
    ("text and markdown_text", POST, post(markdown_text="x"), "'markdown_text' was unexpected"),
    ("a long loading message", "assistant.threads.setStatus", STATUS | {"loading_messages": ["x" * 51]}, "loading_messages:"),
    ("an unknown session status", "agents.sessions.setStatus", STATUS | {"status": "busy"}, "status: 'busy' is not one of"),
    ("JSON where none is read", "conversations.info", {"channel": "C1"}, "takes no JSON body"),
    ("a misspelt method", "chat.postMesage", {}, "Slack has no such method"),
    ("an unknown display mode", "chat.startStream", STREAM | {"task_display_mode": "list"}, "task_display_mode: 'list'"),
    # arguments
    ("a missing channel", POST, {"text": "x"}, "channel: required"),
    ("a misspelt argument", POST, post(thread="1.1"), "thread: chat.postMessage has no such argument"),
    ("nothing to say", POST, {"channel": "C1"}, "arguments"),
    ("unfurling of an ephemeral", "chat.postEphemeral", post(user="U1", unfurl_links=False), "unfurl_links:"),
    ("metadata without a payload", POST, post(metadata={"event_type": "x"}, **DIGEST), "metadata: needs"),
    ("a word as a boolean", POST, post(unfurl_links="perhaps"), "unfurl_links: 'perhaps'"),
    ("a chunk of an unknown kind", APPEND, {"channel": "D1", "ts": "1", "chunks": [{"type": "html"}]}, "chunks[0]: type 'html'"),
    # structure
    ("an unknown block", POST, post({"type": "marquee"}), "blocks[0]: type 'marquee' is not allowed here"),
    ("an unknown field", POST, post(section("a", colour="red")), "'colour' was unexpected"),
    ("blocks that are no list", POST, post(blocks=section("a")), "blocks"),
    ("a button among a section's fields", POST, post({"type": "section", "fields": [button()]}), "type 'button'"),
    ("markdown in a header", POST, post({"type": "header", "text": {"type": "mrkdwn", "text": "a"}}), "blocks[0].text"),
    ("a picture without words", POST, post({"type": "image", "image_url": "https://x/y"}), "'alt_text' is a required"),
    ("a modal without a title", OPEN, {"trigger_id": "1", "view": {"type": "modal", "blocks": []}}, "'title' is a required"),
    # lengths and counts
    ("51 blocks", POST, post(*[{"type": "divider"}] * 51), "blocks: 51, at most 50"),
    ("a long section", POST, post(section("x" * 3001)), "blocks[0].text: 3001, at most 3000"),
    ("an empty section", POST, post(section("")), "blocks[0].text.text: empty"),
    ("a long header", POST, post({"type": "header", "text": plain("x" * 151)}), "151, at most 150"),
    ("a long label", POST, post(actions(button("x" * 76))), "blocks[0].elements[0].text: 76, at most 75"),
    ("a long value", POST, post(actions(button(value="x" * 2001))), "2001, at most 2000"),
    ("a long action id", POST, post(actions(button(action_id="x" * 256))), "256, at most 255"),
    ("an action id twice", POST, post(actions(button(), button())), "action_id 'go' stands 2 times"),
    ("a block id twice", POST, post(section("a", block_id="b"), section("c", block_id="b")), "block_id 'b' stands 2 times"),
    ("26 buttons", POST, post(actions(*[button(action_id=str(n)) for n in range(26)])), "26, at most 25"),
    ("11 in a context", POST, post({"type": "context", "elements": [plain("x")] * 11}), "11, at most 10"),
    ("101 choices", POST, post(actions({"type": "static_select", "options": options(101)})), "101, at most 100"),
    ("11 radios", POST, post(actions({"type": "radio_buttons", "action_id": "r", "options": options(11)})), "11, at most 10"),
    ("a wrong first choice", POST, post(actions(WRONG_ANSWER)), "not one of the options"),
    ("two equal values", POST, post(actions(DOUBLED)), "value '0' stands 2 times"),
    ("two tables", POST, post(table([["a"]]), table([["b"]])), "blocks: 2, at most 1"),
    ("an empty cell", POST, post(table([["a", ""]])), "blocks[0].rows[0][1]"),
    ("101 rows", POST, post(table([["a"]] * 101)), "101, at most 100"),
    ("21 columns", POST, post(table([["a"] * 21])), "21, at most 20"),
    ("13,201 characters", POST, post(*[section("x" * 2641)] * 5), "13205, at most 13200"),
    ("a long edit", "chat.update", post(ts="1.1", text="x" * 4001), "text: 4001, at most 4000"),
    ("a long chunk", APPEND, LONG, "markdown_text: 12001, at most 12000"),
    ("five prompts", PROMPTS, FIVE, "prompts: 5"),
    ("a long title", OPEN, modal(section("a"), title=plain("x" * 25)), "view.title: 25, at most 24"),
    ("long private metadata", OPEN, modal(section("a"), private_metadata="x" * 3001), "3001, at most 3000"),
    ("101 blocks in a view", OPEN, modal(*[section("a")] * 101), "view.blocks: 101, at most 100"),
    ("an input without a submit", OPEN, modal(ASK), "needs `submit`"),
    ("an alert in a message", POST, post({"type": "alert", "text": plain("a")}), "alert block is not for a message"),
    # house rules
    ("blocks without a text", POST, {"channel": "C1", "blocks": [section("a")]}, "text: blocks without a text"),
    ("a ping in the text", POST, post(text="<!here> look"), "text: <!here> would notify"),
    ("a ping in a section", POST, post(section("Hi <@U123>")), "blocks[0].text.text: <@U123> would notify"),
    ("a ping in markdown", POST, post({"type": "markdown", "text": "<!channel|x>"}), "would notify"),
    ("a ping in markdown_text", POST, MARKED, "markdown_text: <@U1> would notify"),
    ("a ping in a chunk", APPEND, LOUD, "chunks[0]"),
    ("a ping in a form", OPEN, modal(section("<!subteam^S1>")), "view.blocks[0].text.text"),
    ("a broadcast element", POST, post(rich({"type": "broadcast", "range": "here"})), "notifies a whole group"),
    ("a digest that unfolds", POST, post(metadata={"event_type": "d", "event_payload": {}}), "unfurl_links: must be false"),
    ("linked names", POST, post(link_names=True), "link_names: leave it unset"),
    ("an insecure face", POST, post(icon_url="http://localhost/face.png"), "icon_url"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "body", "reason"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_request_is_found_out(oracle: Oracle, method: str, body: Json, reason: str) -> None:
    found = oracle.check(method, {}, body, token=TOKEN)
    assert any(reason in complaint for complaint in found), found


def test_a_picture_needs_words_when_it_is_uploaded(oracle: Oracle) -> None:
    found = oracle.check("files.getUploadURLExternal", {"filename": "a.png", "length": "1"}, {}, "", TOKEN)
    assert found == ["alt_txt: a picture without words for those who cannot see it"]


def test_the_right_kind_of_token_is_asked_for(oracle: Oracle) -> None:
    assert oracle.check("apps.connections.open", {}, {}, token="xapp-1") == []
    assert oracle.check("apps.connections.open", {}, {}, token=TOKEN)
    assert oracle.check("chat.delete", {}, {"channel": "C1", "ts": "1.1"}, token="xapp-1")
    assert oracle.check("chat.delete", {}, {"channel": "C1", "ts": "1.1"}, token="xoxe.xoxb-1") == []


def test_a_call_needs_a_scope_of_the_manifest(specs: Specs) -> None:
    oracle = Oracle(specs, declared=("chat:write",))
    assert oracle.check("chat.postMessage", {}, post(), token=TOKEN) == []
    assert "chat:write.customize" in oracle.check("chat.postMessage", {}, post(**PERSONA), token=TOKEN)[0]
    assert "users:read" in oracle.check("users.info", {"user": "U1"}, {}, "", TOKEN)[0]


def test_the_answers_to_commands_hooks_and_forms_are_judged_too(oracle: Oracle) -> None:
    assert oracle.hook({"text": "hi", "replace_original": True}) == []
    assert oracle.hook({"text": "hi", "username": "RLHF Lab"}) == ["username: response_url takes no such field"]
    assert oracle.command({"text": "hi", "response_type": "loud"}) == ["response_type: 'loud'"]
    assert oracle.submission({}) == []
    assert oracle.submission({"response_action": "errors", "errors": {"a": "no"}}) == []
    assert oracle.submission({"response_action": "update"}) == ["view: missing from the answer update"]
    assert oracle.submission({"response_action": "explode"})


SAMPLES = [block for _, body in GOOD for block in body.get("blocks", [])] + [
    block for _, _, body, _ in BAD for block in body.get("blocks", [])
]
NEWER = ("data_visualization", "visible_to_user_ids")


@pytest.mark.parametrize(
    "block", [block for block in SAMPLES if isinstance(block, dict) and not any(new in str(block) for new in NEWER)]
)
def test_the_quick_verdict_on_structure_is_the_librarys_own(oracle: Oracle, specs: Specs, block: Json) -> None:
    slow = Draft7Validator({**specs.kit, "$ref": "#/definitions/KnownBlock"})
    assert (not list(oracle.structure.complaints("KnownBlock", block, "block"))) is slow.is_valid(block)
