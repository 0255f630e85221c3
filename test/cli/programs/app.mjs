import axios from 'axios';
import twilio from 'twilio';

const { ACCOUNT, PASSWORD, WEBHOOK } = process.env;
const client = twilio(ACCOUNT, PASSWORD);
const { services } = client.conversations.v1;
const service = await services.create({ friendlyName: 'Node.js' });
const scope = services(service.sid);
const filters = ['onConversationAdded'];
await scope.configuration.webhooks().update({ postWebhookUrl: WEBHOOK, filters, method: 'POST' });
let conversation;
for (const friendlyName of ['one', 'two'])
  conversation = await scope.conversations.create({ friendlyName, xTwilioWebhookEnabled: 'true' });
const listed = await scope.conversations.list({ pageSize: 1 });
const { data: elsewhere } = await axios.get('https://other.example/');
process.stdout.write(`${service.sid} ${conversation.sid} ${listed.length} ${elsewhere}\n`);
