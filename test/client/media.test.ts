import { describe, expect, it } from 'vitest';
import { connect, next, openConversation, openDesk, sdks, type Message } from './harness.js';

describe.each(Object.entries(sdks))('media in the client SDK %s', (_, load) => {
  it('are sent, received and downloaded, and REST knows them', async () => {
    const sdk = await load();
    const desk = await openDesk();
    await desk.join('alice');
    await desk.join('bob');
    const [alice, bob] = await Promise.all([connect(sdk, desk, 'alice'), connect(sdk, desk, 'bob')]);
    const received = next<Message>(await openConversation(bob, desk), 'messageAdded');
    const media = { contentType: 'text/plain', filename: 'note.txt', media: 'a note' };
    await (await openConversation(alice, desk)).prepareMessage().setBody('look').addMedia(media).build().send();
    const message = await received;
    const [file] = message.attachedMedia ?? [];
    expect(message).toMatchObject({ body: 'look', type: 'media' });
    expect(file).toMatchObject({ filename: 'note.txt', contentType: 'text/plain', size: 6 });
    const url = (await file?.getContentTemporaryUrl()) ?? '';
    expect(await (await fetch(url)).text()).toBe('a note');
    const urls = await bob.getTemporaryContentUrlsForMedia([file as NonNullable<typeof file>]);
    expect([...urls.keys()]).toEqual([file?.sid]);
    const seen = await desk.rest('fetchserviceconversationmessage', { Sid: message.sid });
    expect(seen['media']).toMatchObject([{ sid: file?.sid, filename: 'note.txt' }]);
  });
});
