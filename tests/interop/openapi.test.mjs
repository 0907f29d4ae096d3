// The control door's document, by another's reading of OpenAPI 3.1: its official schema, and that every reference leads somewhere.
import { start } from './server.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';

const server = await start();

async function read(path) {
  const answer = await fetch(new URL(path, server.issuer));
  assert.equal(answer.headers.get('content-type'), 'application/json');
  return answer.json();
}

async function validate(document) {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  if (valid) validator.resolveRefs();
  return { valid, errors, version: validator.version };
}

test('the document is OpenAPI 3.1', async () => {
  const { valid, errors, version } = await validate(await read('/_makeshift/openapi.json'));
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(version, '3.1');
});

test("a tenant's document is one, too", async () => {
  await fetch(new URL('/_makeshift/tenants', server.issuer), {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"mine"}',
  });
  const { valid, errors } = await validate(await read('/t/mine/_makeshift/openapi.json'));
  assert.ok(valid, JSON.stringify(errors));
});

test('a document without a status is none', async () => {
  const document = await read('/_makeshift/openapi.json');
  document.paths['/clock'].get.responses = {};
  assert.equal((await validate(document)).valid, false);
});
