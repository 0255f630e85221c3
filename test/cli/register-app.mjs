// Calls Twilio with every HTTP client that Node.js programs use, and prints the results as JSON.
import http from 'node:http';
import https, { get } from 'node:https';
import tls from 'node:tls';
import axios from 'axios';
import twilio from 'twilio';
import { Agent, request } from 'undici';

const { TWILIO_ACCOUNT_SID: user, TWILIO_AUTH_TOKEN: password, ELSEWHERE: elsewhere } = process.env;
const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const url = 'https://conversations.twilio.com/v1/Services';

function read(response, resolve) {
  let text = '';
  response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(JSON.parse(text)));
}

const clients = {
  sdk: async () => (await twilio(user, password).conversations.v1.services.list()).length,
  region: async () =>
    (await twilio(user, password, { region: 'ie1', edge: 'dublin' }).conversations.v1.services.list()).length,
  paging: async () => (await twilio(user, password).conversations.v1.services.list({ pageSize: 1 })).length,
  fetch: async () => (await (await fetch(url, { headers: { authorization } })).json()).services.length,
  axios: async () => (await axios.get(url, { headers: { authorization } })).data.services.length,
  https: () =>
    new Promise((resolve) => {
      https.get(url, { headers: { authorization } }, (response) =>
        read(response, (body) => resolve(body.services.length)),
      );
    }),
  namedImport: () =>
    new Promise((resolve) => {
      get(new URL(url), { headers: { authorization }, agent: new https.Agent({ keepAlive: true }) }, (response) =>
        read(response, (body) => resolve(body.services.length)),
      );
    }),
  http: () =>
    new Promise((resolve) => {
      http.get(url.replace('https', 'http'), { headers: { authorization } }, (response) =>
        read(response, (body) => resolve(body.services.length)),
      );
    }),
  undici: async () => (await (await request(url, { headers: { authorization } })).body.json()).services.length,
  ownAgent: async () =>
    (await (await request(url, { headers: { authorization }, dispatcher: new Agent() })).body.json()).services.length,
  // Media have hosts of their own, and links that need no credentials.
  media: async () => {
    const [{ sid: service }] = (await (await fetch(url, { headers: { authorization } })).json()).services;
    const media = 'https://mcs.us1.twilio.com';
    const headers = { authorization, 'content-type': 'text/plain' };
    const { data } = await axios.post(`${media}/v1/Services/${service}/Media`, 'a picture', { headers });
    const record = await (await fetch(media + data.url, { headers: { authorization } })).json();
    const link = record.links.content_direct_temporary;
    return `${new URL(link).host} ${await (await fetch(link)).text()}`;
  },
  // URLs in responses have Twilio's own origin, so an app that checks them notices no difference.
  origin: async () => new URL((await (await fetch(url, { headers: { authorization } })).json()).meta.url).origin,
  // Other hosts are not redirected.
  elsewhere: async () => (await (await fetch(elsewhere)).text()) + (await (await axios.get(elsewhere)).data),
  otherTls: () =>
    new Promise((resolve) => {
      tls
        .connect({ host: '127.0.0.1', port: new URL(elsewhere).port })
        .on('error', (error) => resolve(error.code !== ''));
    }),
};

const results = {};
for (const [name, call] of Object.entries(clients)) results[name] = await call().catch((error) => String(error));
process.stdout.write(JSON.stringify(results));
