import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MediaFile } from '../data/types.js';
import { Text } from './text.js';

/** A picture as itself, any other file by its name, type and size. Both lead to the file. */
export function MediaFileView({ file }: { readonly file: MediaFile }): JSX.Element {
  const { sid, size, filename, content_type: type, link } = file;
  // Each answer has a new link. A picture keeps its first one, so that it is not loaded again, until it has expired.
  const [shown, setShown] = useState(link);
  const name = <Text value={filename ?? sid} />;
  return (
    <>
      {shown !== null && type.startsWith('image/') && (
        <a class="picture" href={link ?? shown} target="_blank" rel="noreferrer">
          <img src={shown} alt={filename ?? `Picture ${sid}`} loading="lazy" onError={() => setShown(link)} />
        </a>
      )}
      <p class="media">
        <span class="file" aria-hidden="true" />
        {link === null ? (
          name
        ) : (
          <a href={link} target="_blank" rel="noreferrer">
            {name}
          </a>
        )}{' '}
        <small>{`${type}, ${formatSize(size)}`}</small>
      </p>
    </>
  );
}

function formatSize(bytes: number): string {
  return bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${Math.round(bytes / 1024)} KB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
