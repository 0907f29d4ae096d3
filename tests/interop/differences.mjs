// Where makeshift and oidc-provider answer differently, and why that is right. `change` matches what was
// changed in the request; `ours` and `theirs` are the answers of the step that differs.
const ROWS = [
  // Authorization: what is refused before there is a client to go to.
  {
    change: /^(client_id=|redirect_uri=)/, ours: '4xx invalid_request', theirs: '4xx invalid_redirect_uri',
    reason: 'RFC 6749 4.1.2.1 has no code for a page; invalid_redirect_uri is RFC 7591 3.2.2, of registration',
  },
  {
    change: /^redirect_uri=(HTTP:\/\/LOCALHOST|http:\/\/localhost:3000\/cb\/\.\.)/,
    ours: '4xx invalid_request', theirs: 'client success',
    reason: 'OIDC Core 3.1.2.1, RFC 9700 2.1: redirect URIs are compared as strings; oidc-provider normalises them',
  },
  {
    change: /^redirect_uri=COM\.EXAMPLE/, ours: '4xx invalid_request', theirs: 'client success',
    reason: 'RFC 9700 2.1: compared as strings; oidc-provider normalises the scheme',
  },
  // Authorization: codes of their own for what the RFC leaves to invalid_request, or the other way round.
  {
    change: /^response_mode=(jwt|something)$/,
    ours: 'client invalid_request', theirs: 'client unsupported_response_mode',
    reason: 'RFC 6749 4.1.2.1: an invalid parameter value is invalid_request; the other code is not in its list',
  },
  {
    change: /^response_type=code code$/, ours: 'client unsupported_response_type', theirs: 'client success',
    reason: 'RFC 6749 3.1.1: the value is a set of distinct names; oidc-provider drops the second',
  },
  {
    change: /^response_type=(id_token|code id_token|id_token code)$/,
    ours: 'client success', theirs: 'client invalid_request',
    reason: 'registered here only: oidc-provider holds these types to https, Registration 2 (application_type)',
  },
  {
    change: /^response_type=(id_token|code id_token|id_token code)$/,
    ours: 'client unauthorized_client', theirs: 'client invalid_request',
    reason: 'RFC 6749 4.1.2.1: unauthorized_client is for a client that may not use this response type',
  },
  {
    change: /^(no|empty) scope$/, ours: 'client invalid_scope', theirs: 'client invalid_request',
    reason: 'RFC 6749 3.3: without a default scope its absence is an invalid scope',
  },
  {
    change: /^scope=(no:such|OPENID|openid\tprofile)$/,
    ours: 'client invalid_scope', theirs: 'client invalid_request',
    reason: 'RFC 6749 4.1.2.1: unknown scopes are invalid_scope; oidc-provider misses openid beside nonce first',
  },
  {
    change: /^scope=openid (no:such|"x"|é)$/, ours: 'client invalid_scope', theirs: 'client success',
    reason: 'RFC 6749 3.3 leaves ignoring open; a test server tells the client of its mistake',
  },
  {
    change: /^scope=(profile|scenarios:read)$/, ours: 'client success', theirs: 'client invalid_request',
    reason: 'RFC 6749 3.1: unrecognised parameters (nonce, without openid) are ignored',
  },
  {
    change: /^scope=openid,profile$/, ours: 'client success', theirs: 'client invalid_request',
    reason: 'Make documents scopes with commas between them; RFC 6749 3.3 has only spaces',
  },
  {
    change: /^scope=openid offline_access$/, ours: 'client invalid_scope', theirs: 'client success',
    reason: 'RFC 6749 4.1.2.1: the client is not registered for it; oidc-provider leaves it out, Core 11',
  },
  // Authorization: parameters and carriers.
  {
    change: /^(claims|unknown) twice/, ours: 'client invalid_request', theirs: 'client success',
    reason: 'RFC 6749 3.1: no parameter may come twice; oidc-provider looks only at those it knows',
  },
  {
    change: /^claims={("other":{})?}$/, ours: 'client success', theirs: 'client invalid_request',
    reason: 'OIDC Core 5.5: both members are optional, and others are ignored',
  },
  {
    change: /^claims=.*("name":"x"|"essential":"yes"|"values":"x")/,
    ours: 'client invalid_request', theirs: 'client success',
    reason: 'OIDC Core 5.5.1: null or an object with a boolean, a value, an array; oidc-provider does not look inside',
  },
  {
    change: /^code_challenge=A+(\.\.\. \(128\))?$/, ours: 'client invalid_request', theirs: 'client success',
    reason: 'RFC 7636 4.2: an S256 challenge is a SHA-256 in base64url, 43 characters; oidc-provider takes up to 128',
  },
  {
    change: /^state=s+\.\.\. \(9000\)$/, ours: 'client invalid_request', theirs: 'client success',
    reason: 'RFC 6749 leaves the size of state open; makeshift documents 8192 bytes',
  },
  {
    change: /^tail &x=%/, ours: '4xx invalid_request', theirs: 'client success',
    reason: 'RFC 6749 Appendix B: no form of UTF-8 text without NUL; oidc-provider decodes what it can',
  },
  {
    change: /^method (PUT|DELETE|PATCH|OPTIONS)$/, ours: '4xx method_not_allowed', theirs: '4xx invalid_request',
    reason: 'RFC 9110 15.5.6: another method at the authorization endpoint is 405, not 404',
  },
  {
    change: /^method HEAD$/, ours: '4xx', theirs: 'client success',
    reason: 'RFC 9110 9.2.1: HEAD is safe, and a code that nobody reads would be issued',
  },
  // Authorization: the person in front of the browser.
  {
    change: /^login_hint=nobody$/, ours: 'client login_required', theirs: 'client success',
    reason: 'OIDC Core 3.1.2.1 leaves the use of login_hint to the server; a test that names nobody is told so',
  },
  {
    change: /^prompt=select_account$/, ours: 'client success', theirs: 'client invalid_request',
    reason: 'OIDC Core 3.1.2.1 defines select_account; oidc-provider serves it only when configured',
  },
  {
    change: /^prompt= login$/, ours: 'client success', theirs: 'client invalid_request',
    reason: 'OIDC Core 3.1.2.1: a list separated by spaces; oidc-provider finds an empty name in it',
  },
  {
    change: /^max_age=( 1|1e3)$/, ours: 'client invalid_request', theirs: 'client success',
    reason: 'OIDC Core 3.1.2.1: a number of seconds in digits; JavaScript reads more as a number',
  },
  // Token and revocation: the client and the carrier.
  {
    change: /: (no|empty) client_id$/, ours: '4xx invalid_client', theirs: '4xx invalid_request',
    reason: 'RFC 6749 5.2: "no client authentication included" is invalid_client',
  },
  {
    change: /: (basic broken|bearer instead)$/, ours: '4xx invalid_client', theirs: '4xx invalid_request',
    reason: 'RFC 6749 5.2: "unsupported authentication method" is invalid_client',
  },
  {
    change: /: method (GET|PUT|DELETE)$/, ours: '4xx method_not_allowed', theirs: '4xx invalid_request',
    reason: 'RFC 9110 15.5.6: another method is 405; oidc-provider has no such route (404)',
  },
  {
    change: /: secret in query$/, ours: '4xx invalid_request', theirs: '2xx', step: 0,
    reason: 'RFC 6749 2.3.1: credentials must not stand in the URI; oidc-provider does not look there',
  },
  {
    change: /^(redemption|renewal): secret in query$/, ours: '2xx', theirs: '4xx invalid_grant', step: 1,
    reason: 'follows from the row above: the code or token was refused there, and taken here',
  },
  {
    change: /^(redemption: grant_type=refresh_token|renewal: client_id=demo-spa|an access token is no refresh token)$/,
    ours: '4xx unauthorized_client', theirs: '4xx invalid_request', step: 0,
    reason: 'RFC 6749 5.2: unauthorized_client is for a client that may not use this grant type',
  },
  {
    change: /^revocation: client_id=demo-spa$/, ours: '4xx invalid_grant', theirs: '4xx invalid_request',
    reason: 'RFC 7009 2.2.1 with RFC 6749 5.2: a token "issued to another client" is invalid_grant',
  },
  {
    change: /^redemption: (.*code_verifier.*|.*redirect_uri.*)$/, ours: '4xx invalid_grant', theirs: '2xx', step: 1,
    reason: 'RFC 6749 10.5: a code is for one use; whether a wrong proof is one is open, and makeshift documents yes',
  },
  {
    change: /^UserInfo without a token$/, ours: '4xx', theirs: '4xx invalid_request',
    reason: 'RFC 6750 3.1: a request without authentication information gets no error code',
  },
];

// Two changes at once: no RFC says which is refused first. The place that each side answers at and the
// code it answers with have to be those of one of the changes alone, and it may only succeed where it does
// so with both; or the later change has undone the first one, and decides alone.
const ORDER = { reason: 'RFC 6749 4.1.2.1, 5.2: of two mistakes either may be reported' };
const alone = new Map();
const used = new Set();

function row(change, { ours, theirs, step }) {
  return ROWS.find((row) => row.change.test(change) && row.ours === ours && row.theirs === theirs
    && (row.step ?? step) === step);
}

function isOrder({ kind, changes, ours, theirs }) {
  const singles = changes.map((change) => alone.get(`${kind} ${change}`));
  const last = singles.at(-1);
  if (last.ours === ours && last.theirs === theirs) return true;
  return isAmong(ours, singles.map((single) => single.ours))
    && isAmong(theirs, singles.map((single) => single.theirs));
}

function isAmong(answer, singles) {
  if (answer === 'client success') return singles.every((single) => single === answer);
  const [place, code] = answer.split(' ');
  return singles.some((single) => single.split(' ')[0] === place)
    && singles.some((single) => single.split(' ')[1] === code);
}

// Remembers what a change alone is answered with; every such case comes before those with two.
export function remember(example) {
  if (example.changes.length === 1) alone.set(`${example.kind} ${example.changes[0]}`, example);
}

// Whether there is a reason for a difference.
export function explain(difference) {
  const found = difference.changes.map((change) => row(change, difference)).find(Boolean)
    ?? (difference.changes.length > 1 && isOrder(difference) ? ORDER : undefined);
  used.add(found);
  return found !== undefined;
}

// The reasons that explained nothing.
export function unused() {
  return [...ROWS, ORDER].filter((row) => !used.has(row)).map(({ reason }) => reason);
}
