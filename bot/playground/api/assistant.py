"""assistant.threads.*: what the bot is doing, and what it suggests to say."""

from bot.playground.api.call import Call
from bot.playground.message import Json
from bot.playground.refusal import Refusal

PROMPTS_MOST = 4
LOADING_MOST = 10


def set_status(call: Call) -> Json:
    """assistant.threads.setStatus."""
    channel, thread = call.channel("channel_id"), call.text("thread_ts")
    if len(call.arguments.get("loading_messages") or ()) > LOADING_MOST:
        raise Refusal(
            error="invalid_arguments", messages=(f"at most {LOADING_MOST} loading_messages",)
        )
    try:
        root = call.workspace.message(channel, thread).root
    except Refusal:
        raise Refusal(error="invalid_thread_ts") from None
    call.workspace.set_status(channel, root, call.text("status"))
    return {}


def set_suggested_prompts(call: Call) -> Json:
    """assistant.threads.setSuggestedPrompts.

    With `thread_ts` Slack accepts the call in an `agent_view` app and shows nothing: so do we.
    """
    channel = call.channel("channel_id")
    prompts = call.arguments.get("prompts")
    if not isinstance(prompts, list) or not 0 < len(prompts) <= PROMPTS_MOST:
        raise Refusal(
            error="invalid_arguments", messages=(f"prompts must be 1 to {PROMPTS_MOST} prompts",)
        )
    if not all(
        isinstance(prompt, dict) and {"title", "message"} <= set(prompt) for prompt in prompts
    ):
        raise Refusal(
            error="invalid_arguments", messages=("each prompt needs a title and a message",)
        )
    if call.optional("thread_ts") is None:
        said = {"title": call.text("title"), "prompts": prompts}
        call.workspace.set_prompts(channel, said)
    return {}


def set_title(call: Call) -> Json:
    """assistant.threads.setTitle: accepted; the page shows no titles."""
    call.channel("channel_id")
    return {}
