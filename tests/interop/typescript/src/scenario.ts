// One scenario against the sandbox; `cargo xtask interop` sets the environment and reads what is printed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, page, type BackupRecord, type Client, type Credentials } from './client.js';
import { plain, requestVectors, responseVectors, signingVectors } from './vectors.js';

function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

const endpoint = env('KOODRIVE_ENDPOINT');
const app = { id: env('KOODRIVE_APP_ID'), secret: env('KOODRIVE_APP_SECRET') };
const to = (url: string, credentials: Credentials) => connect(url, env('KOODRIVE_USER_ID'), credentials);

async function list(client: Client): Promise<{ records: BackupRecord[]; pages: number }> {
  const records: BackupRecord[] = [];
  for (let pages = 1, cursor: string | null = null; ; pages += 1) {
    const answer = await page(client, { moduleCode: '101', pageSize: 40, ...(cursor !== null && { cursor }) });
    assert.equal(answer.kind, 'page', JSON.stringify(answer));
    assert.equal(answer.unreadable, 0);
    records.push(...answer.records);
    if (answer.next_cursor === null) return { records, pages };
    for (const mark of ['+', '/', '=', '&', '%', ' ', 'é']) assert.ok(answer.next_cursor.includes(mark), mark);
    cursor = answer.next_cursor;
  }
}

async function step(name: string, run: () => Promise<void>): Promise<void> {
  await run();
  console.log(`ok ${name}`);
}

let vectors = 0;
await step('signing vectors', async () => {
  vectors += signingVectors(env('KOODRIVE_VECTORS'));
});
await step('request vectors', async () => {
  vectors += await requestVectors(env('KOODRIVE_VECTORS'));
});
await step('response vectors', async () => {
  const limits = JSON.parse(readFileSync(env('KOODRIVE_LIMITS'), 'utf8')).typescript;
  vectors += await responseVectors(env('KOODRIVE_VECTORS'), env('KOODRIVE_ANSWERS'), limits);
});

let ids: (string | undefined)[] = [];
await step('app signature', async () => {
  const { records, pages } = await list(to(endpoint, { app }));
  ids = records.map((record) => record.recordId);
  assert.equal(pages, 7);
  assert.equal(new Set(ids).size, 250);
  assert.equal(ids[0], '1842862763295184641');
});
await step('token', async () => {
  const { records, pages } = await list(to(endpoint, { token: env('KOODRIVE_TOKEN') }));
  assert.equal(pages, 7);
  assert.deepEqual(records.map((record) => record.recordId), ids);
});
await step('unknown values', async () => {
  const { records, pages } = await list(to(env('KOODRIVE_ODD_ENDPOINT'), { app }));
  assert.deepEqual([records.length, pages], [250, 7]);
  assert.equal(records.filter((record) => record.moduleCode === '199').length, 7);
  assert.equal(records.filter((record) => record.status === 9).length, 7);
});
await step('refused', async () => {
  for (const credentials of [{ app: { ...app, secret: 'another' } }, { token: 'lapsed' }]) {
    const answer = await page(to(endpoint, credentials), { moduleCode: '101', pageSize: 40 });
    assert.ok(answer.kind === 'error' && answer.unauthorized && answer.http_status === 401, JSON.stringify(answer));
  }
});
console.log(`vectors ${vectors}`);
const [count, pages] = await plain(env('KOODRIVE_VECTORS'), env('KOODRIVE_ANSWERS'));
console.log(`read ${count} of ${pages}`);
