// The vectors of openapi/vectors, each asserted; returns how many there were.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, page, RECORDS, type BackupRecord, type Credentials, type Outcome } from './client.js';
import { sign, xDateAt } from './signer.js';

type Query = { moduleCode: string; pageSize: number; cursor?: string; deviceId?: string };

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

export function signingVectors(folder: string): number {
  const { vectors, refuse, dates } = read(`${folder}/signing.json`);
  const signed = (v: any, headers: [string, string][]) =>
    sign({
      method: v.method,
      url: v.url,
      headers,
      body: Buffer.from(v.body_hex, 'hex'),
      app: { id: v.app_id, secret: v.app_secret },
      userId: v.user_id,
      xDate: v.x_date,
      signed: v.signed_headers ?? undefined,
    });
  for (const v of vectors) {
    const own = v.headers.filter(([name]: [string]) => !/^x-(date|user-id)$/i.test(name));
    const stages: Record<string, string> = signed(v, own);
    for (const [stage, value] of Object.entries(v.expect)) assert.equal(stages[stage], value, `${v.name}: ${stage}`);
  }
  for (const v of refuse) assert.throws(() => signed(v, v.headers), Error, `${v.name} must be refused`);
  for (const v of dates) assert.equal(xDateAt(v.unix_ms), v.x_date, v.name);
  return vectors.length + refuse.length + dates.length;
}

export async function requestVectors(folder: string): Promise<number> {
  const { vectors } = read(`${folder}/requests.json`);
  for (const v of vectors) {
    const { app_id, app_secret, token } = v.credentials;
    const credentials: Credentials = token ? { token } : { app: { id: app_id, secret: app_secret } };
    let sent: Request | undefined;
    const fetch = async (request: Request) => {
      sent = request;
      return Response.json({ code: 0, data: [] });
    };
    const client = connect(v.endpoint, v.user_id, credentials, { xDate: () => v.x_date, fetch });
    const { 'x-backup-lock-id': lockId, ...query } = v.parameters;
    const header = lockId === undefined ? {} : { 'x-backup-lock-id': lockId };
    await client.GET(RECORDS, { params: { query: query as Query, header } });
    assert.equal(sent!.method, v.expect.method, v.name);
    assert.equal(sent!.url, v.expect.url, v.name);
    for (const [name, value] of Object.entries(v.expect.headers)) {
      // Fetch writes Host itself, from the URL.
      if (name !== 'Host') assert.equal(sent!.headers.get(name), value, `${v.name}: ${name}`);
    }
    for (const name of v.expect.absent_headers) assert.ok(!sent!.headers.has(name), `${v.name}: ${name}`);
  }
  return vectors.length;
}

/** `limits` names the vectors that the generated client cannot read; those must still not pass in silence. */
export async function responseVectors(folder: string, answers: string, limits: Record<string, string>): Promise<number> {
  const { vectors } = read(`${folder}/responses.json`);
  for (const v of vectors) {
    const client = connect(`${answers}/${v.name}`, '1505084218764547200', { token: '60f4ccc7' });
    const got = await page(client, { moduleCode: '101', pageSize: 100 });
    const problem = difference(got, v.outcome);
    if (v.name in limits) {
      assert.ok(problem, `${v.name} is read well: take it off the limits`);
      const isLoud = got.kind === 'error' || got.unreadable > (v.outcome.unreadable ?? 0);
      assert.ok(isLoud, `${v.name}: ${problem}, and nobody sees it`);
    } else {
      assert.equal(problem, null, v.name);
    }
  }
  return vectors.length;
}

/** How many pages the plainly generated call reads, and how many there are. */
export async function plain(folder: string, answers: string): Promise<[number, number]> {
  const pages = read(`${folder}/responses.json`).vectors.filter((v: any) => v.outcome.kind === 'page');
  let count = 0;
  for (const v of pages) {
    const client = connect(`${answers}/${v.name}`, '1505084218764547200', { token: '60f4ccc7' });
    const { data } = await client.GET(RECORDS, { params: { query: { moduleCode: '101', pageSize: 100 } } });
    const records = (list: BackupRecord[] | null | undefined) => JSON.stringify((list ?? []).map(told));
    count += Number(records(data?.data) === records(v.outcome.records));
  }
  return [count, pages.length];
}

const told = (record: BackupRecord) => [record.recordId ?? null, record.moduleCode ?? null, record.status ?? null];

function difference(got: Outcome, wanted: any): string | null {
  try {
    assert.equal(got.kind, wanted.kind);
    if (got.kind === 'page') {
      assert.deepEqual(got.records.map(told), wanted.records.map(told));
      assert.equal(got.unreadable, wanted.unreadable);
      assert.equal(got.next_cursor, wanted.next_cursor);
    } else if (got.http_status === null) {
      // The client saw no usable answer; what it need not know is which status that had.
      assert.equal(wanted.code, null);
      assert.ok(wanted.retryable);
    } else {
      const { http_status, code, unauthorized, throttled } = wanted;
      assert.deepEqual(got, { kind: 'error', http_status, code, unauthorized, throttled });
    }
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
