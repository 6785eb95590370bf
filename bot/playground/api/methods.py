"""The table of the Web API methods that the stand-in knows."""

from collections.abc import Mapping

from bot.playground.api import assistant, chat, conversations, files, people, views
from bot.playground.api.method import Method, method

POST_ERRORS = (
    "channel_not_found not_in_channel is_archived no_text msg_too_long invalid_blocks "
    "invalid_blocks_format invalid_thread_ts"
)
TRIGGER_ERRORS = (
    "exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large "
    "duplicate_external_id"
)

METHODS: Mapping[str, Method] = {
    "api.test": method(people.api_test, tier=4, caller=""),
    "assistant.threads.setStatus": method(
        assistant.set_status,
        "channel_id thread_ts status",
        tier="special",
        scope="chat:write",
        errors="channel_not_found invalid_thread_ts",
    ),
    "assistant.threads.setSuggestedPrompts": method(
        assistant.set_suggested_prompts,
        "channel_id prompts",
        tier=4,
        scope="assistant:write",
        errors="channel_not_found",
    ),
    "assistant.threads.setTitle": method(
        assistant.set_title,
        "channel_id thread_ts title",
        tier=4,
        scope="assistant:write",
        errors="channel_not_found",
    ),
    "auth.test": method(people.auth_test, tier="special"),
    "bots.info": method(people.bot_info, scope="users:read", errors="bot_not_found"),
    "chat.delete": method(
        chat.delete,
        "channel ts",
        scope="chat:write",
        errors="channel_not_found message_not_found cant_delete_message",
    ),
    "chat.getPermalink": method(
        chat.get_permalink,
        "channel message_ts",
        tier="special",
        errors="channel_not_found message_not_found",
    ),
    "chat.postEphemeral": method(
        chat.post_ephemeral,
        "channel user",
        tier=4,
        scope="chat:write",
        errors=f"{POST_ERRORS} restricted_action user_not_in_channel",
    ),
    "chat.postMessage": method(
        chat.post_message,
        "channel",
        tier="posting",
        scope="chat:write",
        errors=f"{POST_ERRORS} restricted_action_read_only_channel thread_not_found "
        "invalid_metadata_format metadata_too_large",
    ),
    "chat.update": method(
        chat.update,
        "channel ts",
        scope="chat:write",
        errors="channel_not_found message_not_found cant_update_message is_inactive no_text "
        "msg_too_long invalid_blocks invalid_blocks_format invalid_metadata_format "
        "metadata_too_large",
    ),
    "conversations.history": method(
        conversations.history,
        "channel",
        scope="{kind}:history",
        errors="channel_not_found not_in_channel invalid_cursor invalid_ts_latest "
        "invalid_ts_oldest",
    ),
    "conversations.info": method(
        conversations.info, "channel", scope="{kind}:read", errors="channel_not_found"
    ),
    "conversations.list": method(
        conversations.list_, tier=2, scope="{kind}:read", errors="invalid_types"
    ),
    "conversations.members": method(
        conversations.members, "channel", tier=4, scope="{kind}:read", errors="channel_not_found"
    ),
    "conversations.open": method(
        conversations.open_,
        scope="{kind}:write",
        errors="channel_not_found method_not_supported_for_channel_type too_many_users "
        "user_not_found user_not_visible users_list_not_supplied",
    ),
    "conversations.replies": method(
        conversations.replies,
        "channel ts",
        scope="{kind}:history",
        errors="channel_not_found thread_not_found invalid_cursor invalid_ts_latest "
        "invalid_ts_oldest",
    ),
    "files.completeUploadExternal": method(
        files.complete_upload,
        "files",
        tier=4,
        scope="files:write",
        errors="channel_not_found file_not_found not_in_channel posting_to_channel_denied",
    ),
    "files.getUploadURLExternal": method(
        files.get_upload_url,
        "filename length",
        tier=4,
        scope="files:write",
        errors="file_upload_size_restricted",
    ),
    "reactions.add": method(
        chat.add_reaction,
        "channel name timestamp",
        scope="reactions:write",
        errors="already_reacted bad_timestamp channel_not_found invalid_name is_archived "
        "message_not_found no_access",
    ),
    "team.info": method(people.team_info, scope="team:read"),
    "usergroups.list": method(people.usergroups_list, tier=2, scope="usergroups:read"),
    "usergroups.users.list": method(
        people.usergroup_members,
        "usergroup",
        tier=2,
        scope="usergroups:read",
        errors="no_such_subteam",
    ),
    "users.info": method(
        people.user_info, "user", tier=4, scope="users:read", errors="user_not_found"
    ),
    "users.list": method(people.users_list, tier=2, scope="users:read"),
    "views.open": method(views.open_, "view", tier=4, errors=TRIGGER_ERRORS),
    "views.publish": method(
        views.publish, "user_id view", tier=4, errors="hash_conflict view_too_large"
    ),
    "views.push": method(
        views.push, "view", tier=4, errors=f"{TRIGGER_ERRORS} not_found push_limit_reached"
    ),
    "views.update": method(
        views.update, "view", tier=4, errors="hash_conflict not_found view_too_large"
    ),
}
