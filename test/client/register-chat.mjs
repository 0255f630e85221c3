// A chat client as an app has it: the SDK without any option. Prints what it did as JSON.
import { Client } from 'conversations-sdk-3';

const { ACCESS_TOKEN: token, CONVERSATION: sid } = process.env;
const client = new Client(token, { logLevel: 'silent' });
await new Promise((resolve, reject) => {
  client.on('stateChanged', (state) =>
    state === 'failed' ? reject(new Error(state)) : state === 'initialized' && resolve(),
  );
});
const conversation = await client.getConversationBySid(sid);
await conversation.getParticipants();
const added = new Promise((resolve) => conversation.on('messageAdded', resolve));
const media = { contentType: 'text/plain', filename: 'note.txt', media: 'a note' };
await conversation.prepareMessage().setBody('hello').addMedia(media).build().send();
const { body, attachedMedia } = await added;
const url = await attachedMedia[0].getContentTemporaryUrl();
const text = await (await fetch(url)).text();
await client.shutdown();
process.stdout.write(JSON.stringify({ body, host: new URL(url).host, text }));
process.exit(0);
