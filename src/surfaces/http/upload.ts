import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import { Upload } from '../../core/file-body.js';
import { lazyCode } from '../../util/load-code.js';
import { badMediaType, RefusalError } from './refusal.js';

type BusboyModule = typeof import('@fastify/busboy');

/** On demand, because few programs upload forms. */
const loadBusboy = lazyCode(() => import('@fastify/busboy'));

/** Bounds of a multipart form besides its file. */
const FORM_LIMITS = { fields: 20, fieldSize: 10_000, files: 1, parts: 21, headerPairs: 20, headerSize: 8000 };

const MIME_TYPE = /^[\w!#$%&'*+.^|~`-]+\/[\w!#$%&'*+.^|~`-]+\s*(?:;|$)/;
const MULTIPART = /^multipart\/form-data\b/i;

/** Accepts a file as a body: its raw bytes, or a multipart form with one. Nothing is read before the upload is opened. */
export function addUploadParser(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  // Fastify would refuse it with 415, before a parser or a backend sees it.
  scope.addHook('onRequest', ({ headers }, _reply, done) => {
    const { 'content-type': type } = headers;
    if (type !== undefined && !MIME_TYPE.test(type)) throw new RefusalError(badMediaType());
    done();
  });
  scope.addContentTypeParser('*', async ({ headers }: FastifyRequest, payload: Readable) => {
    const { 'content-type': type, 'content-length': length } = headers;
    const forward = () => ({
      contentType: type,
      bytes: openFile(payload),
      length: length === undefined ? undefined : Number(length),
    });
    if (type === undefined || !MULTIPART.test(type))
      return new Upload(
        () => openFile(payload),
        () => ({ contentType: type }),
        forward,
      );
    // Without the boundary, which is another one in each request.
    headers['content-type'] = 'multipart/form-data';
    const { Busboy } = await loadBusboy();
    return formUpload(payload, type, { Busboy, forward });
  });
}

function openFile(payload: Readable): Readable {
  const bytes = new PassThrough();
  feed(payload, bytes, bytes);
  return bytes;
}

/** The first file of a form, with the fields `FileName` and `Author` (recorded). */
function formUpload(
  payload: Readable,
  type: string,
  { Busboy, forward }: Pick<BusboyModule, 'Busboy'> & Pick<Upload, 'forward'>,
): Upload {
  const fields = new Map<string, string>();
  let file: { readonly name: string | undefined; readonly contentType: string } | undefined;

  const open = (): Readable => {
    const bytes = new PassThrough();
    const fail = (reason: string): void => void bytes.destroy(badForm(reason));
    let form: InstanceType<BusboyModule['Busboy']>;
    try {
      form = new Busboy({ headers: { 'content-type': type }, limits: FORM_LIMITS });
    } catch (error) {
      process.nextTick(fail, (error as Error).message);
      return bytes;
    }
    form.on('file', (_field, stream, name, _encoding, contentType) => {
      file = { name, contentType };
      stream.on('error', (error) => fail(error.message));
      stream.pipe(bytes, { end: false });
    });
    form.on('field', (name, value) => void fields.set(name.toLowerCase(), value));
    form.on('error', (error: unknown) => fail((error as Error).message));
    form.on('finish', () => {
      if (file === undefined) fail('it has no part with a file name');
      else bytes.end();
    });
    feed(payload, form, bytes);
    return bytes;
  };

  const parts = () => ({
    contentType: file?.contentType,
    filename: fields.get('filename') ?? file?.name,
    author: fields.get('author'),
  });
  return new Upload(open, parts, forward);
}

/**
 * Passes a request on until its reader has enough. The rest is read and dropped: a client whose connection is closed while
 * it sends cannot read the response.
 */
function feed(payload: Readable, target: Writable, bytes: PassThrough): void {
  payload.on('error', () => undefined);
  payload.once('close', () => {
    if (!payload.readableEnded) bytes.destroy(new UnderstudyError('UNDERSTUDY_BAD_BODY', 'The body ended early.'));
  });
  bytes.once('close', () => {
    payload.unpipe(target);
    payload.resume();
  });
  payload.pipe(target);
}

function badForm(reason: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_BODY', `The multipart form cannot be read: ${reason}.`);
}
