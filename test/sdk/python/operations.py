"""Calls every operation, in both scopes, and checks what comes back.

The test runs this program below the lines of the README that create `client`. Its argument is the SID of a service in
which the user `ada` has push bindings.
"""

import json
import sys

from twilio.base.exceptions import TwilioRestException

WITH_WEBHOOKS = {"x_twilio_webhook_enabled": "true"}


def sids(records):
    return [record.sid for record in records]


def refused(status, code, act):
    try:
        act()
    except TwilioRestException as error:
        assert (error.status, error.code) == (status, code), error
        return
    raise AssertionError(f"expected {status} with code {code}")


def bindings(service):
    [first, second] = service.bindings.list(binding_type=["fcm", "apn"], identity=["ada"])
    assert service.bindings(first.sid).fetch().identity == "ada"
    assert service.bindings(first.sid).delete()
    refused(404, 20404, service.bindings(first.sid).fetch)
    assert second.sid in sids(service.bindings.list())


def service_settings(service):
    assert service.configuration().update(reachability_enabled=True).reachability_enabled is True
    assert service.configuration().fetch().reachability_enabled is True
    notifications = service.configuration.notifications()
    assert notifications.update(new_message_enabled=True, log_enabled=True).log_enabled is True
    assert notifications.fetch().new_message["enabled"] is True
    webhooks = service.configuration.webhooks()
    changed = webhooks.update(post_webhook_url="https://example.com/a", filters=["onMessageAdded"], method="POST")
    assert changed.filters == ["onMessageAdded"]
    assert webhooks.fetch().post_webhook_url == "https://example.com/a"


def account_settings(v1):
    assert v1.configuration().update(default_inactive_timer="PT10M").default_inactive_timer == "PT10M"
    assert v1.configuration().fetch().default_chat_service_sid.startswith("IS")
    webhooks = v1.configuration.webhooks()
    webhooks.update(post_webhook_url="https://example.com/b", filters=["onUserAdded"])
    assert webhooks.fetch().filters == ["onUserAdded"]

    address = v1.address_configurations.create(type="sms", address="+15017122699", auto_creation_enabled=True)
    assert v1.address_configurations(address.sid).update(friendly_name="Desk").friendly_name == "Desk"
    assert v1.address_configurations(address.sid).fetch().auto_creation == {"enabled": True, "type": "default"}
    assert sids(v1.address_configurations.list()) == [address.sid]
    assert v1.address_configurations(address.sid).delete()

    credential = v1.credentials.create(type="fcm", secret="planted-push-secret")
    assert v1.credentials(credential.sid).update(friendly_name="Push").friendly_name == "Push"
    assert v1.credentials(credential.sid).fetch().sandbox == "False"
    assert sids(v1.credentials.list()) == [credential.sid]
    assert v1.credentials(credential.sid).delete()


def roles(scope):
    role = scope.roles.create(friendly_name="guide", type="service", permission=["joinConversation"])
    permissions = ["joinConversation", "createConversation"]
    assert scope.roles(role.sid).update(permission=permissions).permissions == permissions
    assert scope.roles(role.sid).fetch().permissions == permissions
    assert role.sid in sids(scope.roles.list(page_size=2))
    spare = scope.roles.create(friendly_name="spare", type="conversation", permission=["sendMessage"])
    assert scope.roles(spare.sid).delete()
    return role.sid


def users(scope, role_sid):
    attributes = json.dumps({"team": "ü & Söhne 🙂"})
    user = scope.users.create(identity="alice", attributes=attributes, **WITH_WEBHOOKS)
    assert scope.users("alice").fetch().attributes == attributes
    assert scope.users(user.sid).update(friendly_name="Alice", role_sid=role_sid).role_sid == role_sid
    assert user.sid in sids(scope.users.list())
    refused(409, 50201, lambda: scope.users.create(identity="alice"))


def conversations(scope):
    talk = scope.conversations.create(friendly_name="Talk", unique_name="talk", timers_inactive="PT1H", **WITH_WEBHOOKS)
    assert scope.conversations("talk").fetch().timers["date_inactive"]
    assert scope.conversations(talk.sid).update(friendly_name="Talk on").friendly_name == "Talk on"
    assert sids(scope.conversations.list(page_size=2))[0] == talk.sid
    refused(409, 50353, lambda: scope.conversations.create(unique_name="talk"))
    return talk.sid


def participants(scope, talk):
    everyone = scope.conversations(talk).participants
    phone = everyone.create(
        messaging_binding_address="+15558675310", messaging_binding_proxy_address="+15017122661"
    )
    alice = everyone.create(identity="alice")
    assert everyone(alice.sid).fetch().messaging_binding is None
    assert everyone(alice.sid).update(attributes='{"at":1}').attributes == '{"at":1}'
    bob = everyone.create(identity="bob")
    assert sorted(sids(everyone.list(page_size=2))) == sorted([phone.sid, alice.sid, bob.sid])
    assert everyone(bob.sid).delete()
    refused(409, 50433, lambda: everyone.create(identity="alice"))
    assert [each.conversation_sid for each in scope.participant_conversations.list(identity="alice")] == [talk]


def messages(scope, talk):
    everything = scope.conversations(talk).messages
    first = everything.create(author="alice", body="Hello\r\n<b>& you</b>")
    second = everything.create(body="a second", **WITH_WEBHOOKS)
    assert (first.index, first.body, second.index) == (0, "Hello\r\n<b>& you</b>", 1)
    assert everything(first.sid).fetch().date_created.tzinfo is not None
    assert everything(first.sid).update(body="Hello again").body == "Hello again"
    assert sids(everything.list(order="desc", page_size=1)) == [second.sid, first.sid]
    receipts = everything(first.sid).delivery_receipts
    [receipt] = receipts.list()
    assert receipts(receipt.sid).fetch().message_sid == first.sid
    assert everything(second.sid).delete()


def scoped_webhooks(scope, talk):
    webhooks = scope.conversations(talk).webhooks
    filters = ["onMessageAdded", "onMessageUpdated"]
    webhook = webhooks.create(
        target="webhook", configuration_url="https://example.com/talk?a=1&b=2", configuration_filters=filters
    )
    assert webhooks(webhook.sid).fetch().configuration["filters"] == filters
    assert webhooks(webhook.sid).update(configuration_method="get").configuration["method"] == "get"
    assert sids(webhooks.list()) == [webhook.sid]
    assert webhooks(webhook.sid).delete()


def user_conversations(scope, talk):
    own = scope.users("alice").user_conversations
    assert [each.conversation_sid for each in own.list()] == [talk]
    assert own(talk).update(notification_level="muted", last_read_message_index=0).notification_level == "muted"
    assert own(talk).fetch().unread_messages_count == 0
    assert own(talk).delete()


def with_participants(scope, path):
    everyone = ['{"identity": "alice"}', '{"identity": "carol"}']
    if hasattr(scope, "conversation_with_participants"):
        sid = scope.conversation_with_participants.create(friendly_name="Both", participant=everyone).sid
    else:
        # Clients of before 2023 have no method for it, but send any request.
        url = f"https://conversations.twilio.com/v1{path}/ConversationWithParticipants"
        response = client.request("POST", url, data={"FriendlyName": "Both", "Participant": everyone})  # noqa: F821
        assert response.status_code == 202, response
        sid = json.loads(response.text)["sid"]
    assert scope.conversations(sid).fetch().state == "active"
    assert len(scope.conversations(sid).participants.list()) == 2


def run_scope(scope, path):
    users(scope, roles(scope))
    talk = conversations(scope)
    participants(scope, talk)
    messages(scope, talk)
    scoped_webhooks(scope, talk)
    user_conversations(scope, talk)
    with_participants(scope, path)
    assert scope.conversations(talk).delete()
    assert scope.users("alice").delete()


v1 = client.conversations.v1  # noqa: F821 (the README's lines create it)
bindings(v1.services(sys.argv[1]))
account_settings(v1)
run_scope(v1, "")
desk = v1.services.create(friendly_name="Desk")
assert v1.services(desk.sid).fetch().friendly_name == "Desk"
assert desk.sid in sids(v1.services.list(limit=20))
service_settings(v1.services(desk.sid))
run_scope(v1.services(desk.sid), f"/Services/{desk.sid}")
assert v1.services(desk.sid).delete()
