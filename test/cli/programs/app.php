<?php
function send(string $url, ?array $form = null, array $headers = []): string
{
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_FAILONERROR => true,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_USERPWD => getenv('ACCOUNT') . ':' . getenv('PASSWORD'),
    ]);
    if ($form !== null) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, http_build_query($form));
    }
    $text = curl_exec($curl);
    if ($text === false) {
        fwrite(STDERR, "$url: " . curl_error($curl) . "\n");
        exit(1);
    }
    return $text;
}

$api = 'https://conversations.twilio.com/v1/Services';
$service = json_decode(send($api, ['FriendlyName' => 'PHP']))->sid;
$webhook = ['PostWebhookUrl' => getenv('WEBHOOK'), 'Filters' => 'onConversationAdded', 'Method' => 'POST'];
send("$api/$service/Configuration/Webhooks", $webhook);
foreach (['one', 'two'] as $name) {
    $made = send("$api/$service/Conversations", ['FriendlyName' => $name], ['X-Twilio-Webhook-Enabled: true']);
    $conversation = json_decode($made)->sid;
}
$listed = 0;
for ($page = "$api/$service/Conversations?PageSize=1"; $page !== null; $page = $body->meta->next_page_url) {
    $body = json_decode(send($page));
    $listed += count($body->conversations);
}
echo "$service $conversation $listed ", send('https://other.example/'), "\n";
