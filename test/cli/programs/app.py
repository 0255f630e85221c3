import os

import requests
from twilio.rest import Client

client = Client(os.environ["ACCOUNT"], os.environ["PASSWORD"])
service = client.conversations.v1.services.create(friendly_name="Python")
scope = client.conversations.v1.services(service.sid)
scope.configuration.webhooks().update(
    post_webhook_url=os.environ["WEBHOOK"], filters=["onConversationAdded"], method="POST"
)
for name in ["one", "two"]:
    conversation = scope.conversations.create(friendly_name=name, x_twilio_webhook_enabled="true")
listed = scope.conversations.list(page_size=1)
elsewhere = requests.get("https://other.example/").text
print(service.sid, conversation.sid, len(listed), elsewhere)
