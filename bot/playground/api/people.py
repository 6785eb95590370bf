"""auth.test, users.*, bots.info, team.info and usergroups.*: who is who."""

from bot.playground.api.call import Call
from bot.playground.cast import ADVISOR, APP, BOT, TEAM, TEAM_DOMAIN, TEAM_NAME, Group, Person
from bot.playground.message import Json
from bot.playground.refusal import Refusal


def auth_test(call: Call) -> Json:
    """auth.test: the bot itself."""
    return {
        "url": call.base_url,
        "team": TEAM_NAME,
        "user": call.workspace.person(ADVISOR).handle,
        "team_id": TEAM,
        "user_id": ADVISOR,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    """api.test."""
    return {"args": dict(call.arguments)}


def user_info(call: Call) -> Json:
    """users.info."""
    return {"user": described(call.workspace.person(call.text("user")))}


def users_list(call: Call) -> Json:
    """users.list."""
    people = [described(person) for person in call.workspace.people.values()]
    return {"members": people, "response_metadata": {"next_cursor": ""}}


def bot_info(call: Call) -> Json:
    """bots.info."""
    if call.text("bot", BOT) != BOT:
        raise Refusal(error="bot_not_found")
    name = call.workspace.person(ADVISOR).name
    bot = {"id": BOT, "deleted": False, "name": name, "app_id": APP, "user_id": ADVISOR}
    return {"bot": bot}


def team_info(call: Call) -> Json:
    """team.info."""
    return {
        "team": {
            "id": TEAM,
            "name": TEAM_NAME,
            "domain": TEAM_DOMAIN,
            "url": call.base_url,
            "email_domain": "",
        }
    }


def usergroups_list(call: Call) -> Json:
    """usergroups.list."""
    return {"usergroups": [_group(group) for group in call.workspace.groups.values()]}


def usergroup_members(call: Call) -> Json:
    """usergroups.users.list."""
    group = call.workspace.groups.get(call.text("usergroup"))
    if group is None:
        raise Refusal(error="no_such_subteam")
    return {"users": list(group.members)}


def described(person: Person) -> Json:
    """A person in Slack's shape."""
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.handle,
        "deleted": False,
        "real_name": person.name,
        "tz": "Europe/London",
        "tz_label": "Greenwich Mean Time",
        "tz_offset": 0,
        "profile": {
            "title": person.title,
            "real_name": person.name,
            "real_name_normalized": person.name,
            "display_name": person.name,
            "display_name_normalized": person.name,
            "team": person.team,
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_stranger": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
    }


def _group(group: Group) -> Json:
    return {
        "id": group.id,
        "team_id": TEAM,
        "is_usergroup": True,
        "is_subteam": True,
        "handle": group.handle,
        "name": group.name,
        "user_count": len(group.members),
        "date_delete": 0,
    }
