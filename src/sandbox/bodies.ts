/** Request bodies, read whole. */
import { ApiError, badRequest } from './errors.ts';

const maxBodyBytes = 1024 * 1024;

/**
 * The value of a JSON body; null when there is none.
 *
 * @throws ApiError 400, 413, 415
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  if (text === '') return null;
  const type = mediaType(request);
  if (type !== '' && type !== 'application/json') throw new ApiError(415, 'Unsupported Media Type');
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('Invalid request payload JSON format');
  }
}

/**
 * The fields of a JSON object or of a form, those that are texts.
 *
 * @throws ApiError 400, 413, 415
 */
export async function readFields(request: Request): Promise<ReadonlyMap<string, string>> {
  if (mediaType(request) === 'application/x-www-form-urlencoded') {
    return new Map(new URLSearchParams(await readText(request)));
  }
  const body = await readJson(request);
  const entries = Object.entries(body ?? {});
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function mediaType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1).join('').trim().toLowerCase();
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) {
      throw new ApiError(413, `Payload content length greater than maximum allowed: ${maxBodyBytes}.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
