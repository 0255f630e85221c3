import type { SimWorld } from '../../src/index.js';
import { mediaClient, PIXEL } from './media.js';
import { createDesk, sidOf, startSim, WITH_WEBHOOKS } from './sim.js';

/** A simulator with a service and a conversation, and how to upload a picture and send it there. */
export async function startMediaDesk(options: Parameters<typeof startSim>[0] = {}) {
  const sim = await startSim(options);
  const { service, inside } = await createDesk(sim);
  const media = mediaClient(sim);
  const upload = async () => sidOf((await media.upload(service, PIXEL, 'image/png', '?Filename=dot.png')).json);
  const send = (sid: string) =>
    sim.call('createserviceconversationmessage', {
      ...inside,
      ...WITH_WEBHOOKS,
      body: { Author: 'ann', MediaSid: sid },
    });
  const statusOf = async (sid: string, path = '') =>
    (await media.get(`/v1/Services/${service}/Media/${sid}${path}`)).status;
  return { sim, service, inside, media, upload, send, statusOf };
}

/** The number of files in a service. */
export const countMedia = async (world: SimWorld, service: string) =>
  (await world.control('records.list', { kind: 'media', service }))['total'];
