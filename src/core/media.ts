/** Media: files that messages contain. Twilio serves them from hosts of their own, which no capability file describes. */
import type { Operation, Parameter } from './operation.js';
import { isTwilioHost, MEDIA_PREFIX } from './twilio-hosts.js';

export const MEDIA_URI = 'https://mcs.us1.twilio.com';
/** The host of temporary links. */
export const LINK_URI = 'https://media.us1.twilio.com';

/** The URL that paths of temporary links continue. A program that `register` redirects gets Twilio's. */
export function linkBase(origin: string): string {
  return isTwilioHost(new URL(origin).hostname) ? LINK_URI : origin + MEDIA_PREFIX;
}

const field = (name: string, location: Parameter['in'], description: string, required = false): Parameter => ({
  name,
  in: location,
  type: 'string',
  required,
  description,
});
const service = field('ChatServiceSid', 'path', 'SID of the service, IS….', true);
const sid = field('Sid', 'path', 'SID of the media file, ME….', true);

const mediaOperation = (
  name: string,
  parts: Pick<Operation, 'noun' | 'verb' | 'method' | 'path' | 'description' | 'parameters'> &
    Partial<Pick<Operation, 'baseUri' | 'isPublic' | 'isUpload' | 'isDownload'>>,
): Operation => ({
  id: `media.${name}`,
  name,
  namespace: 'media',
  baseUri: MEDIA_URI,
  scope: 'service',
  prefix: MEDIA_PREFIX,
  isUnpublished: true,
  ...parts,
});

/** The operations on media. They have no published description, so no surface but Twilio's own offers them. */
export const mediaOperations: readonly Operation[] = [
  mediaOperation('uploadmedia', {
    isUpload: true,
    noun: 'Media',
    verb: 'create',
    method: 'POST',
    path: '/v1/Services/{ChatServiceSid}/Media',
    description: 'Upload a file.',
    parameters: [
      service,
      field('Filename', 'query', 'Name of the file.'),
      field('Category', 'query', 'media, body or history.'),
      field('Content-Type', 'header', 'Type of the file, or multipart/form-data.'),
    ],
  }),
  mediaOperation('fetchmedia', {
    noun: 'Media',
    verb: 'fetch',
    method: 'GET',
    path: '/v1/Services/{ChatServiceSid}/Media/{Sid}',
    description: 'Fetch the record of a file, with a temporary link.',
    parameters: [service, sid],
  }),
  mediaOperation('fetchmediacontent', {
    isDownload: true,
    noun: 'Media/Content',
    verb: 'fetch',
    method: 'GET',
    path: '/v1/Services/{ChatServiceSid}/Media/{Sid}/Content',
    description: 'Download a file.',
    parameters: [service, sid],
  }),
  mediaOperation('fetchmedialink', {
    baseUri: LINK_URI,
    isPublic: true,
    isDownload: true,
    noun: 'MediaLinks',
    verb: 'fetch',
    method: 'GET',
    path: '/{Sid}',
    description: 'Download a file by its temporary link, without credentials.',
    parameters: [
      sid,
      field('Expires', 'query', 'End of validity, in seconds since 1970.'),
      field('Signature', 'query', 'Signature of the link.'),
      field('Key-Pair-Id', 'query', 'Names the key of the signature.'),
      field('Policy', 'query', 'What the signature permits, in links of another form.'),
    ],
  }),
];
