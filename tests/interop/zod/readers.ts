// How many pages of the response vectors each generator reads; `cargo xtask interop` reads what is printed.
import { readFileSync } from 'node:fs';
import { createClient } from './generated/heyapi/client/index';
import { listBackupRecords } from './generated/heyapi/sdk.gen';
import { listBackupRecordsResponse } from './generated/orval/zod';
import { schemas } from './generated/zodios';

type Record = { recordId?: string | null; moduleCode?: string | null; status?: number | null };
type Page = { data?: Record[] | null } | undefined;

const told = (records: Record[] | null | undefined) =>
  JSON.stringify((records ?? []).map(({ recordId, moduleCode, status }) => [recordId ?? null, moduleCode ?? null, status ?? null]));

const { vectors } = JSON.parse(readFileSync(`${process.env.KOODRIVE_VECTORS}/responses.json`, 'utf8'));
const pages = vectors.filter((v: any) => v.outcome.kind === 'page');

async function count(generator: string, read: (v: any) => Page | Promise<Page>): Promise<void> {
  let good = 0;
  for (const v of pages) {
    try {
      const page = await read(v);
      good += Number(told(page?.data) === told(v.outcome.records));
    } catch {
      // The page is lost, and the caller is told.
    }
  }
  console.log(`${generator} read ${good} of ${pages.length}`);
}

async function main(): Promise<void> {
  await count('orval-zod', (v) => listBackupRecordsResponse.parse(JSON.parse(v.body)));
  await count('zodios', (v) => schemas.BackupRecordPage.parse(JSON.parse(v.body)));
  await count('hey-api', async (v) => {
    const client = createClient({ baseUrl: `${process.env.KOODRIVE_ANSWERS}/${v.name}` });
    const { data } = await listBackupRecords({ client, query: { moduleCode: '101', pageSize: 100 } });
    return data;
  });
}

void main();
