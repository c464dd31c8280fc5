// App ID authentication of KooDrive, in Node's standard library alone.
import { createHash, createHmac } from 'node:crypto';

export interface ToSign {
  method: string;
  url: string;
  headers?: [name: string, value: string][]; // without X-User-Id and X-Date
  body?: Uint8Array;
  app: { id: string; secret: string };
  userId: string;
  xDate: string;
  signed?: string[];
}

/** Gives the value of Authorization and the stages that lead to it; bad input is an Error. */
export function sign({ method, url, headers = [], body = Buffer.of(), app, userId, xDate, signed }: ToSign) {
  check(/^[!#-+\--:<>-~]+$/.test(app.id), 'bad app id');
  check(app.secret !== '', 'empty app secret');
  check(userId.trim() !== '', 'empty user id');
  check(/^\d{8}T\d{6}Z$/.test(xDate), "X-Date is not yyyyMMdd'T'HHmmss'Z'");
  const names = [...new Set((signed ?? ['host', 'x-date', 'x-user-id']).map((name) => name.toLowerCase()))].sort();
  check(!names.includes('authorization'), 'Authorization cannot be signed');
  check(names.includes('x-date') && names.includes('x-user-id'), 'x-date and x-user-id must be signed');
  const given = [...headers, ['x-user-id', userId], ['x-date', xDate]].map(([name, value]) => [name!.toLowerCase(), value!]);
  if (!given.some(([name]) => name === 'host')) given.push(['host', canonicalHost(url)]);
  const lines = names.map((name) => {
    const [value = '', ...more] = given.filter(([other]) => other === name).map(([, value]) => value);
    check(given.some(([other]) => other === name) && more.length === 0, `header ${name} is missing or occurs twice`);
    check(/^[\t -~]*$/.test(value), `header ${name} is not visible ASCII`);
    return `${name}:${value.trim()}\n`;
  });
  const [canonical_uri, canonical_query, body_sha256] = [canonicalUri(url), canonicalQuery(url), sha256(body)] as const;
  const signedHeaders = names.join(';');
  const canonical_request = [method, canonical_uri, canonical_query, lines.join(''), signedHeaders, body_sha256].join('\n');
  const canonical_request_sha256 = sha256(canonical_request);
  const string_to_sign = `HMAC-SHA256\n${canonical_request_sha256}`;
  const signature = createHmac('sha256', app.secret).update(string_to_sign).digest('hex');
  const authorization = `HMAC-SHA256 AppId=${app.id},SignedHeaders=${signedHeaders},Signature=${signature}`;
  return { canonical_uri, canonical_query, body_sha256, canonical_request, canonical_request_sha256, string_to_sign, signature, authorization };
}

// `new URL` would already change what is to be signed.
const parts = (url: string) => /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(url)!;

export function canonicalUri(url: string): string {
  const kept: string[] = [];
  for (const segment of parts(url)[3]!.split('/').slice(1).map((raw) => encode(decode(raw)))) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`.replace(/([^/])$/, '$1/');
}

export function canonicalQuery(url: string): string {
  const pieces = (parts(url)[4] ?? '').split('&').filter((piece) => piece !== '');
  const pairs = pieces.map((piece) => /^([^=]*)=?(.*)$/s.exec(piece.replaceAll('+', ' '))!.slice(1).map(decode) as [string, string]);
  const order = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  pairs.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]));
  return pairs.map((pair) => pair.map(encode).join('=')).join('&');
}

function canonicalHost(url: string): string {
  const host = parts(url)[2]!.replace(/^.*@/, '').toLowerCase();
  return host.replace(/^https:/i.test(url) ? /:443$/ : /:80$/, '');
}

// A character a byte: bytes that are no UTF-8 survive, and strings sort as their bytes do.
const decode = (text: string) =>
  Buffer.from(text).toString('latin1').replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
const encode = (bytes: string) =>
  bytes.replace(/[^A-Za-z0-9\-_.~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

/** The header's form of a time, set back 30 s: a date in the service's future is refused. */
export const xDateAt = (milliseconds: number) => new Date(milliseconds - 30_000).toISOString().replace(/[-:]|\.\d+/g, '');

function check(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
