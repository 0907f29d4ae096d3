// oidc-provider with the clients of the default fixture, and a person who signs in and consents at once. One of the
// clients may not refresh, so that what is said to such a client is compared, too.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after } from 'node:test';
import Provider, { errors, interactionPolicy } from 'oidc-provider';

const fixtures = join(process.env.MAKESHIFT_ROOT, 'fixtures');
const read = (name) => JSON.parse(readFileSync(join(fixtures, name), 'utf8'));
export const WITHOUT_REFRESH = 'demo-spa';
const withoutRefresh = (client) => ({
  ...client, grant_types: ['authorization_code'], scope: client.scope.replace(' offline_access', ''),
});
const { keys, ...others } = read('default.json');
const clients = others.clients.map((client) => (client.client_id === WITHOUT_REFRESH ? withoutRefresh(client) : client));
export const fixture = { ...others, clients }; // for makeshift, whose built-in keys are the same without naming them
const scopes = read('make/scopes.json');
const SUBJECT = '1001';

// Registration differs: response types with an ID token are for https there, and only native
// applications have a free port in their loopback redirect URIs.
function registration(client) {
  return {
    client_id: client.client_id,
    client_secret: client.client_secret,
    redirect_uris: client.redirect_uris,
    token_endpoint_auth_method: client.client_secret ? 'client_secret_post' : 'none',
    grant_types: client.grant_types,
    response_types: ['code'],
    scope: client.scope,
    application_type: client.client_id === 'demo-native' ? 'native' : 'web',
  };
}

function policy() {
  const policy = interactionPolicy.base();
  policy.get('consent').checks.remove('native_client_prompt');
  return policy;
}

function configuration() {
  const known = new Set(clients.flatMap((client) => client.scope.split(' ')).concat(scopes.map(({ name }) => name)));
  return {
    clients: clients.filter((client) => client.redirect_uris).map(registration),
    scopes: [...known],
    claims: {
      openid: ['sub'], profile: ['name'], email: ['email'], address: ['address'], phone: ['phone_number'],
    },
    jwks: {
      keys: [createPrivateKey(readFileSync(join(fixtures, 'keys/signing.pem'))).export({ format: 'jwk' })],
    },
    cookies: { keys: ['a key for the cookies of a test'] },
    responseTypes: ['code', 'id_token', 'code id_token'],
    pkce: { methods: ['S256'], required: (ctx, client) => client.clientAuthMethod === 'none' },
    allowOmittingSingleRegisteredRedirectUri: false,
    rotateRefreshToken: true,
    issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      requestObjects: { request: false, requestUri: false },
      pushedAuthorizationRequests: { enabled: false },
      claimsParameter: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo() {
          throw new errors.InvalidTarget(); // none of those that a test names is served
        },
      },
      dPoP: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    ttl: {
      AccessToken: 300, AuthorizationCode: 300, Grant: 3600, IdToken: 300, Interaction: 300,
      RefreshToken: 3600, Session: 3600,
    },
    interactions: { policy: policy(), url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, name: 'Olivia Owner' }) }),
    // Every authorization gets a grant of its own, with all that was asked for.
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope([...ctx.oidc.requestParamScopes].join(' '));
      grant.addOIDCClaims([...ctx.oidc.requestParamClaims]);
      await grant.save();
      return grant;
    },
    renderError(ctx, out) {
      ctx.body = out;
    },
  };
}

// Starts it on a free port and returns its issuer.
export async function startReference() {
  const http = createServer();
  await new Promise((resolve) => http.listen(0, 'localhost', resolve));
  after(() => {
    http.close();
    http.closeAllConnections();
  });
  const issuer = `http://localhost:${http.address().port}`;
  const provider = new Provider(issuer, configuration());
  const answer = provider.callback();
  http.on('request', (request, response) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    return provider.interactionFinished(request, response, { login: { accountId: SUBJECT }, consent: {} });
  });
  return issuer;
}
