// One of the two servers that are compared: how it is asked, and what its answers come down to.
import { Browser } from './browser.mjs';

const FORM = 'application/x-www-form-urlencoded';

export class Side {
  constructor(issuer, paths) {
    this.issuer = issuer;
    this.paths = paths;
  }

  url(path) {
    return this.issuer + this.paths[path];
  }

  // An authorization request, all the way to its end. Parameters are pairs, so that they may repeat.
  async authorize({ method = 'GET', type, query, params, tail = '' }) {
    const encoded = new URLSearchParams(params).toString() + tail;
    const inBody = !['GET', 'HEAD'].includes(method) && !query;
    const url = inBody ? this.url('authorize') : `${this.url('authorize')}?${encoded}`;
    const options = inBody ? { method, body: encoded, headers: { 'content-type': type ?? FORM } } : { method };
    const { response, client } = await new Browser().open(url, options);
    if (!client) return { outcome: `${Math.floor(response.status / 100)}xx ${await errorOf(response)}`.trim() };
    const values = new URLSearchParams(client.hash.slice(1) || client.search);
    return { outcome: `client ${values.get('error') ?? 'success'}`, code: values.get('code') };
  }

  // A request to another endpoint: the answer and what it comes down to.
  async post(path, params, { method = 'POST', type = FORM, headers = {}, query = '' } = {}) {
    const body = ['GET', 'HEAD'].includes(method) ? undefined
      : typeof params === 'string' ? params : new URLSearchParams(params).toString();
    const response = await fetch(this.url(path) + query, {
      method, body: body === undefined ? undefined : Buffer.from(body), redirect: 'manual',
      headers: { ...(type && body !== undefined ? { 'content-type': type } : {}), ...headers },
    });
    const text = await response.clone().text();
    const outcome = `${Math.floor(response.status / 100)}xx ${await errorOf(response)}`.trim();
    return { outcome, json: text.startsWith('{') ? JSON.parse(text) : {} };
  }

  async userinfo(token) {
    return this.post('userinfo', undefined, { method: 'GET', headers: { authorization: `Bearer ${token}` } });
  }
}

// The error code, from JSON, from a page, or from a challenge. Servers that know no route name no code.
async function errorOf(response) {
  const text = await response.text();
  if (response.status < 400) return '';
  if (text.startsWith('{')) return JSON.parse(text).error ?? '';
  const [, page] = /Error code<\/dt><dd class="value">([^<]*)</.exec(text) ?? [];
  const [, challenge] = /error="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '') ?? [];
  return page ?? challenge ?? '';
}
