// What the tests' own browser makes of an answer's cookies, on every Node.js it runs on.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { setCookies } from './browser.mjs';

const lines = ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/', 'b=x,y=; HttpOnly', 'c='];

test('cookies are told apart where Headers has getSetCookie', () => {
  const headers = new Headers(lines.map((line) => ['set-cookie', line]));
  assert.deepEqual(setCookies({ getSetCookie: () => lines, get: () => headers.get('set-cookie') }), lines);
});

test('cookies are told apart where Headers has no getSetCookie and joins them', () => {
  const joined = [lines[0], 'b=x; HttpOnly', 'c='];
  assert.deepEqual(setCookies({ get: () => joined.join(', ') }), joined);
  assert.deepEqual(setCookies({ get: () => null }), []);
});
