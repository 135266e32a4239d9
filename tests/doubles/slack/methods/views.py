"""views.*: modals from a trigger, the Home tab of a person."""

from tests.doubles.slack.call import Call, Refusal
from tests.doubles.slack.hooks import Hooks
from tests.doubles.slack.specs import Json
from tests.doubles.slack.views import View, Views


class ViewMethods:
    def __init__(self, views: Views, hooks: Hooks) -> None:
        self._views = views
        self._hooks = hooks
        self.table = {
            "views.open": self.open,
            "views.push": self.push,
            "views.update": self.update,
            "views.publish": self.publish,
        }

    def open(self, call: Call) -> Json:
        user = self._hooks.exchange(str(call.get("trigger_id")))
        return self._shown(self._views.open(call.app, user, call.get("view")))

    def push(self, call: Call) -> Json:
        user = self._hooks.exchange(str(call.get("trigger_id")))
        return self._shown(self._views.push(call.app, user, call.get("view")))

    def update(self, call: Call) -> Json:
        found = self._views.find(call.app, str(call.get("view_id")), str(call.get("external_id")))
        return self._shown(self._views.update(found, call.get("view"), str(call.get("hash"))))

    def publish(self, call: Call) -> Json:
        user = call.world.user(str(call.get("user_id")), call.app.teams)
        if user is None:
            raise Refusal("missing_profile_id")
        if call.get("view").get("type") != "home":
            raise Refusal("not_enabled")
        return self._shown(self._views.publish(call.app, user, call.get("view"), str(call.get("hash"))))

    def _shown(self, view: View) -> Json:
        return {"view": self._views.payload(view)}
