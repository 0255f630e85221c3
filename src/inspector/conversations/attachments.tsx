import type { JSX } from 'preact';
import { Text } from '../components/text.js';

/** A file as the control `inbound.message` takes it. */
export interface SentFile {
  readonly base64: string;
  readonly content_type: string;
  readonly filename: string;
}

/** Of an MMS. */
const MAX_FILES = 10;

interface AttachmentsProps {
  readonly files: readonly File[];
  readonly onChange: (files: readonly File[]) => void;
}

/** Chooses the files of a message, and shows them. */
export function Attachments({ files, onChange }: AttachmentsProps): JSX.Element {
  return (
    <div class="attachments">
      <label class="button">
        Attach files
        <input
          type="file"
          class="visually-hidden"
          multiple
          onChange={({ currentTarget }) => {
            onChange([...files, ...(currentTarget.files ?? [])].slice(0, MAX_FILES));
            // The same file can be chosen again after it was removed.
            currentTarget.value = '';
          }}
        />
      </label>
      {files.map((file, i) => (
        <button
          key={`${file.name} ${i}`}
          type="button"
          aria-label={`Remove ${file.name}`}
          title="Remove"
          onClick={() => onChange(files.filter((_, each) => each !== i))}
        >
          <Text value={file.name} /> ×
        </button>
      ))}
    </div>
  );
}

export async function readFiles(files: readonly File[]): Promise<readonly SentFile[]> {
  return Promise.all(
    files.map(async (file) => ({
      base64: await toBase64(file),
      content_type: file.type === '' ? 'application/octet-stream' : file.type,
      filename: file.name,
    })),
  );
}

function toBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve((reader.result as string).replace(/^[^,]*,/, '')));
    reader.addEventListener('error', () => reject(new Error(`${file.name} cannot be read.`)));
    reader.readAsDataURL(file);
  });
}
