"""files.*: the three steps of sending a file (the second is a plain POST)."""

from bot.playground.api.call import Call
from bot.playground.cast import ADVISOR
from bot.playground.message import Json
from bot.playground.refusal import Refusal


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal."""
    file, secret = call.files.reserve(call.text("filename"), call.whole("length", 0))
    return {"upload_url": f"{call.base_url}upload/{secret}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: with a channel, the files are posted there."""
    asked = call.arguments["files"]
    if not isinstance(asked, list) or not all(isinstance(one, dict) for one in asked):
        raise Refusal(error="invalid_arguments", messages=("files must be a list of objects",))
    channel = None
    if call.optional("channel_id"):
        channel = call.workspace.channel(call.channel("channel_id", absent="not_in_channel"))
        if channel.archived or (channel.writers and ADVISOR not in channel.writers):
            raise Refusal(error="posting_to_channel_denied")
    shared = [call.files.share(str(one.get("id")), one.get("title")) for one in asked]
    told = tuple(file.payload(call.base_url) for file in shared)
    if channel is not None:
        comment = call.text("initial_comment")
        thread = call.optional("thread_ts")
        call.workspace.post(channel.id, ADVISOR, comment, thread_ts=thread, files=told)
    return {"files": list(told)}
