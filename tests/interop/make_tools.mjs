// The tools that @makehq/sdk publishes, and arguments with which each of them works on the default fixture.
import { MakeTools } from '@makehq/sdk/tools';

// A value for each property of a tool's input, as its schema has it.
function sample(name, schema) {
  const type = [schema.type].flat()[0];
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf ?? schema.oneOf) return sample(name, (schema.anyOf ?? schema.oneOf)[0]);
  if (type === 'object') {
    return Object.fromEntries((schema.required ?? []).map((key) => [key, sample(key, schema.properties[key])]));
  }
  return { string: name, number: 1, integer: 1, boolean: true, array: [schema.items && sample(name, schema.items)] }[type];
}

// What stands in fixtures/make/resources.json, where a tool names one.
const uuid = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const hex = (digits) => digits.padStart(32, '0');
const PNG = '89504e470d0a1a0a0000000d494844520000020000000200'; // as much of one as the SDK looks at
const known = {
  appName: 'example-shop', appVersion: 1, executionId: hex('a1'), incompleteExecutionId: hex('d1'),
  requestId: uuid(61), credentialId: uuid(62), agentId: uuid(71), connectedSystemId: uuid(73),
  templateUrl: 'webhook-to-http', connectionName: 'example-shop', webhookName: 'example-shop',
  functionName: 'shout', moduleName: 'listOrders', rpcName: 'listShops', endpointName: 'getOrder',
};
const here = { // where a name means something else in one tool
  'sdk-apps_': { name: 'example-shop', version: 1, size: 512 },
  'sdk-apps_create': { name: 'another-shop' },
  'sdk-apps_set-icon': { dataBase64: Buffer.from(PNG, 'hex').toString('base64') },
  'executions_get-for-incomp-exec': { executionId: hex('d2') },
  'data-store-records_update': { key: 'customer-1' },
  'data-store-records_replace': { key: 'customer-1' },
  'data-store-records_delete': { keys: ['customer-1'] },
  'sdk-modules_update': { connection: 'example-shop', altConnection: 'example-shop', webhook: 'example-shop' },
  'sdk-rpcs_update': { connection: 'example-shop', altConnection: 'example-shop' },
  'scenarios_activate': { scenarioId: 2 }, // 1 is active already
  'scenarios_deactivate': { scenarioId: 2 },
  'folders_create': { parentId: undefined },
  'folders_update': { parentId: null },
  'custom-property-structures_create': { belongerId: 2 }, // the first has one
  'custom-property-structure-items_create': { options: undefined }, // of no type with choices
  'custom-roles_create': { permissions: [3] },
  'custom-roles_update': { id: 1001, permissions: [3] },
  'custom-roles_delete': { id: 1001 },
};

export function argumentsOf(tool) {
  const values = {};
  for (const [name, schema] of Object.entries(tool.inputSchema?.properties ?? {})) {
    values[name] = known[name] ?? sample(name, schema);
  }
  for (const [start, special] of Object.entries(here)) {
    if (!tool.name.startsWith(start)) continue;
    for (const name of Object.keys(special)) {
      if (name in values) values[name] = special[name];
    }
  }
  return values;
}

// What deletes comes last, and what others are part of at the very end.
const last = ['credential-requests_delete', 'data-stores_delete', 'sdk-apps_delete', 'scenarios_delete', 'teams_delete', 'organizations_delete'];
const order = ({ name }) => last.indexOf(name) + 1 + (/delete|decline/.test(name) ? 1 : 0);
export const tools = [...MakeTools].sort((a, b) => order(a) - order(b));
