// @makehq/mcp-server over https: a tool of each scenario on demand, and a run of it.
import { start } from './server.mjs';
import { folder } from './make.mjs';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const server = await start('--tls', 'auto', '--tls-dir', join(folder(), 'tls'));
const program = new URL('../node_modules/@makehq/mcp-server/build/index.js', import.meta.url).pathname;
const client = new Client({ name: 'makeshift-tests', version: '1' });
await client.connect(new StdioClientTransport({
  command: process.execPath,
  args: [program],
  env: {
    PATH: process.env.PATH,
    MAKE_API_KEY: '00000000-0000-4000-8000-000000001001',
    MAKE_ZONE: new URL(server.issuer).host,
    MAKE_TEAM: '1',
    NODE_EXTRA_CA_CERTS: server.ca,
  },
}));
after(() => client.close());

test('the scenario on demand is a tool with its inputs', async () => {
  const { tools: [tool, ...others] } = await client.listTools();
  assert.deepEqual(others, []);
  assert.equal(tool.name, 'run_scenario_4');
  assert.deepEqual(Object.keys(tool.inputSchema.properties), ['article', 'count']);
  assert.deepEqual(tool.inputSchema.required, ['article']);
});

test('the tool runs the scenario', async () => {
  const answer = await client.callTool({ name: 'run_scenario_4', arguments: { article: 'chair', count: 2 } });
  assert.notEqual(answer.isError, true, JSON.stringify(answer));
});
