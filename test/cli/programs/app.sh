set -eu
api=https://conversations.twilio.com/v1/Services
call() { curl -sS --fail -u "$ACCOUNT:$PASSWORD" "$@"; }

service=$(call "$api" -d FriendlyName=curl | grep -o 'IS[0-9a-f]\{32\}' | head -n 1)
call "$api/$service/Configuration/Webhooks" -d PostWebhookUrl="$WEBHOOK" -d Filters=onConversationAdded -d Method=POST > /dev/null
for name in one two; do
  conversation=$(call "$api/$service/Conversations" -d FriendlyName=$name -H 'X-Twilio-Webhook-Enabled: true' |
    grep -o 'CH[0-9a-f]\{32\}' | head -n 1)
done
page="$api/$service/Conversations?PageSize=1"
listed=0
while [ -n "$page" ]; do
  text=$(call "$page")
  listed=$((listed + $(printf %s "$text" | grep -o '"friendly_name"' | wc -l)))
  page=$(printf %s "$text" | grep -o '"next_page_url":"[^"]*"' | cut -d '"' -f 4)
done
echo "$service $conversation $listed $(curl -sS https://other.example/)"
