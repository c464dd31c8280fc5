// The generated types with a signature on every request, and what an answer comes to.
import createClient from 'openapi-fetch';
import type { components, paths } from '../generated/koodrive.js';
import { canonicalQuery, sign, xDateAt } from './signer.js';

export const RECORDS = '/koodrive/ose/v1/backup/record';
export type BackupRecord = components['schemas']['BackupRecord'];
export type Credentials = { app: { id: string; secret: string } } | { token: string };

export interface Options {
  xDate?: () => string;
  fetch?: (request: Request) => Promise<Response>;
}

export function connect(endpoint: string, userId: string, credentials: Credentials, options: Options = {}) {
  const client = createClient<paths>({
    baseUrl: endpoint,
    // Credentials must not follow a redirect.
    redirect: 'manual',
    ...(options.fetch && { fetch: options.fetch }),
  });
  client.use({
    onRequest({ request }) {
      const [path] = request.url.split('?');
      // Sent as it is signed, so that no reading of the query can differ.
      const signed = new Request(`${path}?${canonicalQuery(request.url)}`, request);
      const xDate = options.xDate?.() ?? xDateAt(Date.now());
      signed.headers.set('X-User-Id', userId);
      signed.headers.set('X-Date', xDate);
      signed.headers.set('Authorization', authorization(signed, userId, xDate, credentials));
      return signed;
    },
  });
  return client;
}

function authorization({ method, url }: Request, userId: string, xDate: string, credentials: Credentials): string {
  if ('app' in credentials) return sign({ method, url, app: credentials.app, userId, xDate }).authorization;
  return /^bearer[+ ]/i.test(credentials.token) ? credentials.token : `Bearer+${credentials.token}`;
}

export type Client = ReturnType<typeof connect>;

export type Outcome =
  | { kind: 'page'; records: BackupRecord[]; unreadable: number; next_cursor: string | null }
  | { kind: 'error'; http_status: number | null; code: string | null; unauthorized: boolean; throttled: boolean };

/** One page, or one error: never an error that looks like an empty page. */
export async function page(client: Client, query: paths[typeof RECORDS]['get']['parameters']['query']): Promise<Outcome> {
  let answer;
  try {
    answer = await client.GET(RECORDS, { params: { query } });
  } catch {
    // No connection, an answer without its end, or a success that is no JSON.
    return { kind: 'error', http_status: null, code: null, unauthorized: false, throttled: false };
  }
  const status = answer.response.status;
  const body: unknown = answer.data ?? answer.error;
  const { code, data, nextCursor, error_code, msg } = (isObject(body) ? body : {}) as Record<string, unknown>;
  const given = error_code ?? code;
  const failure = given === undefined || given === null ? null : String(given);
  if (!answer.response.ok || (failure !== null ? failure !== '0' : data === undefined)) {
    const refused = status === 400 && /authentication failed/i.test(String(msg));
    const unauthorized = status === 401 || refused || (status !== 429 && /^APIG(W)?\.03/.test(failure ?? ''));
    return { kind: 'error', http_status: status, code: failure, unauthorized, throttled: status === 429 };
  }
  const elements = Array.isArray(data) ? data : [];
  const records = elements.filter(isReadable);
  const next_cursor = typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : null;
  return { kind: 'page', records, unreadable: elements.length - records.length, next_cursor };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The types promise what nobody checks: an id that came as a number has already lost digits. */
function isReadable(element: unknown): element is BackupRecord {
  if (!isObject(element)) return false;
  const { recordId, moduleCode, status } = element as Record<string, unknown>;
  const is = (value: unknown, type: string) => value === undefined || value === null || typeof value === type;
  return is(recordId, 'string') && is(moduleCode, 'string') && is(status, 'number');
}
