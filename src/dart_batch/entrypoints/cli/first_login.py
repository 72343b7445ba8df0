"""How the first person gets into the page."""

from dart_batch.bootstrap import App
from dart_batch.domain.access.errors import NameTaken
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.cli.local_actor import local_actor

NAME = "admin"


def first_login(app: App) -> str | None:
    """The token of a one-time link for the user `admin`, who is made when there is no user yet; null when somebody has
    a password already, or `admin` is not there to be used.
    """
    users, me = app.access.users, local_actor()
    known = users.all()
    if any(user.password_hash for user in known):
        return None
    if not known:
        try:
            users.create(NAME, Role.ADMIN, None, me)
        except NameTaken:
            return None
    elif all(user.name != NAME for user in known):
        return None
    return users.link(NAME, me)
