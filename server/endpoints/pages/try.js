'use strict';
/* The client of one authorization code flow, and its commentator. */
{
  const { el, button, copyButton, call } = face;
  const { quoted } = curl;
  const steps = document.getElementById('steps');
  const begin = document.getElementById('begin');
  const at = (id) => document.getElementById(id);
  const asked = new URLSearchParams(location.search);
  let flow = null; // the answer of POST tries, with the secret
  let metadata = null;

  function step(title, ...children) {
    const section = el('section', { className: 'step' }, el('h2', {}, title), ...children);
    steps.append(section);
    return section;
  }

  function fail(title, error) {
    step(title, el('p', { className: 'alert', role: 'alert' }, error.message));
  }

  function facts(pairs) {
    return el('dl', {}, ...pairs.map(([name, value]) => el('div', {}, el('dt', {}, name),
      el('dd', { className: 'value' }, typeof value === 'string' ? value : JSON.stringify(value, null, 2)))));
  }

  /* How the client authenticates is its registration's; whoever may choose sends it in the body. */
  function tokenRequest(url, parameters) {
    const body = new URLSearchParams(parameters);
    const sent = { accept: 'application/json' };
    if (flow.secret && flow.token_endpoint_auth_method === 'client_secret_basic') {
      const pair = [flow.client_id, flow.secret].map((text) => new URLSearchParams({ a: text }).toString().slice(2));
      sent.authorization = `Basic ${btoa(pair.join(':'))}`;
    } else {
      body.set('client_id', flow.client_id);
      if (flow.secret) {
        body.set('client_secret', flow.secret);
      }
    }
    const command = ['curl', quoted(url),
      ...(sent.authorization ? ['-H', quoted(`Authorization: ${sent.authorization}`)] : []),
      ...[...body].flatMap(([name, value]) => ['--data-urlencode', quoted(`${name}=${value}`)])].join(' \\\n  ');
    return { command, send: () => fetch(url, { method: 'POST', headers: sent, body }) };
  }

  async function show(title, url, parameters) {
    const { command, send } = tokenRequest(url, parameters);
    const section = step(title, el('pre', {}, command), copyButton(command, 'as curl'));
    const response = await send();
    const text = await response.text();
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      answer = text;
    }
    section.append(el('p', { className: response.ok ? '' : 'bad' }, `Answer: ${response.status} ${response.statusText}`),
      el('pre', {}, typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2)));
    return { ok: response.ok, answer };
  }

  /* Verified at the door: not every page has crypto.subtle. */
  async function inspect(name, token) {
    const { checks, claims, header } = await call('POST', 'tokens/inspect', { token });
    step(`The ${name}`, facts([['header', header], ['claims', claims]].filter(([, part]) => part)),
      el('ul', { className: 'items' }, ...checks.map((one) => el('li', {},
        el('span', { className: one.outcome === 'failed' ? 'bad' : '' }, `${one.check}: ${one.outcome}`),
        el('small', { className: 'soft' }, [one.actual, one.clause].filter(Boolean).join(', '))))));
  }

  async function userinfo(token) {
    const response = await fetch(metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } });
    const command = `curl -H ${quoted(`Authorization: Bearer ${token}`)} ${quoted(metadata.userinfo_endpoint)}`;
    step('UserInfo', el('pre', {}, command), copyButton(command, 'as curl'),
      el('p', { className: response.ok ? '' : 'bad' }, `Answer: ${response.status}`),
      el('pre', {}, await response.text()));
  }

  function goOn(tokens) {
    let latest = tokens;
    let spent = null;
    const guarded = (action) => async () => {
      try {
        await action();
      } catch (error) {
        fail('That did not work', error);
      }
      steps.append(row);
      row.scrollIntoView({ block: 'nearest' });
    };
    const refresh = (title, token) => show(title, metadata.token_endpoint,
      { grant_type: 'refresh_token', refresh_token: token });
    const row = el('p', { className: 'actions' });
    const again = button('Use the old refresh token again', guarded(async () => {
      await refresh('The old refresh token once more', spent);
    }), { disabled: true });
    row.append(
      button('Refresh', guarded(async () => {
        const { ok, answer } = await refresh('Refresh', latest.refresh_token);
        if (ok) {
          spent = latest.refresh_token;
          latest = { ...latest, ...answer };
          again.disabled = spent === latest.refresh_token;
        }
      }), { disabled: !tokens.refresh_token }),
      again,
      button('Revoke', guarded(async () => {
        await show('Revoke', metadata.revocation_endpoint, { token: latest.refresh_token || latest.access_token });
      })),
      button('UserInfo', guarded(() => userinfo(latest.access_token))),
    );
    steps.append(row);
  }

  async function redeem(code) {
    const { ok, answer } = await show('Token request', metadata.token_endpoint, {
      grant_type: 'authorization_code', code, redirect_uri: flow.redirect_uri, code_verifier: flow.code_verifier,
    });
    if (!ok) {
      return;
    }
    if (answer.id_token) {
      await inspect('ID token', answer.id_token);
    }
    await inspect('access token', answer.access_token);
    if (answer.scope?.split(' ').includes('openid') || answer.id_token) {
      await userinfo(answer.access_token);
    }
    goOn(answer);
  }

  async function readMetadata(issuer) {
    metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  }

  /* The callback: what came back belongs to a flow that this tab has begun, or to none. */
  async function comeBack() {
    const kept = sessionStorage.getItem(`makeshift-try-${asked.get('state')}`);
    begin.hidden = true;
    step('The redirect back', facts([...asked]));
    history.replaceState(null, '', location.pathname);
    if (!kept) {
      fail('The state is unknown', new Error('No flow of this tab has this state: a client stops here (RFC 6749 10.12).'));
      return;
    }
    flow = JSON.parse(kept);
    sessionStorage.removeItem(`makeshift-try-${asked.get('state')}`);
    if (asked.has('error')) {
      return;
    }
    await readMetadata(flow.issuer);
    await redeem(asked.get('code'));
  }

  async function start() {
    const wanted = at('scope').value.trim();
    flow = await call('POST', 'tries', { client_id: at('client').value, ...(wanted ? { scope: wanted } : {}) });
    flow.secret = at('secret').value || flow.client_secret;
    const url = new URL(flow.authorize_url);
    flow.issuer = flow.authorize_url.slice(0, flow.authorize_url.indexOf('/oauth/v2/authorize'));
    sessionStorage.setItem(`makeshift-try-${flow.ticket}`, JSON.stringify(flow));
    steps.replaceChildren();
    const section = step('Authorization request', el('p', {}, `${url.origin}${url.pathname}`),
      facts([...url.searchParams, ['code_verifier (stays here)', flow.code_verifier]]),
      copyButton(flow.authorize_url, 'URL'), ' ',
      button('Send the browser there', () => location.assign(flow.authorize_url), { className: 'button primary' }));
    section.querySelector('.primary').focus();
  }

  const guard = (action) => action().catch((error) => fail('That did not work', error));
  begin.addEventListener('submit', (event) => {
    event.preventDefault();
    guard(start);
  });
  if (asked.has('code') || asked.has('error')) {
    guard(comeBack);
  } else if (asked.has('client_id')) {
    at('client').value = asked.get('client_id');
  }
}
