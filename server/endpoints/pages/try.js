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
  let row = null; // what can be done next, below all steps

  function step(title, ...children) {
    const section = el('section', { className: 'step' }, el('h2', {}, title), ...children);
    steps.insertBefore(section, row);
    return section;
  }

  const fold = (summary, open, ...children) => el('details', { open }, el('summary', {}, summary), ...children);
  const outcome = (text, isGood) => el('p', { className: isGood ? '' : 'bad' }, text);

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

  function readable(text) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text || 'nothing';
    }
  }

  async function show(title, url, parameters) {
    const { command, send } = tokenRequest(url, parameters);
    const section = step(title, fold('The request, as curl', false, el('pre', {}, command), copyButton(command, 'as curl')));
    const response = await send();
    const text = await response.text();
    section.append(outcome(`Answer: ${response.status} ${response.statusText}`, response.ok),
      fold('What it says', !response.ok, el('pre', {}, readable(text))));
    return { ok: response.ok, text };
  }

  /* Verified at the door: not every page has crypto.subtle. */
  async function inspect(name, token) {
    const { checks, claims, header } = await call('POST', 'tokens/inspect', { token });
    const failed = checks.filter((one) => one.outcome === 'failed').map((one) => one.check);
    const passed = checks.filter((one) => one.outcome === 'passed');
    step(`The ${name}`, failed.length ? outcome(`Not good: ${failed.join(', ')}`, false) : outcome(`Good: ${passed.length} checks passed`, true),
      fold('Its header, claims and checks', failed.length > 0,
        facts([['header', header], ['claims', claims]].filter(([, part]) => part)),
        el('ul', { className: 'items' }, ...checks.map((one) => el('li', {},
          el('span', { className: one.outcome === 'failed' ? 'bad' : '' }, `${one.check}: ${one.outcome === 'skipped' ? 'nothing to check' : one.outcome}`),
          el('small', { className: 'soft' }, [one.actual, one.clause].filter(Boolean).join(', ')))))));
  }

  async function userinfo(token) {
    const response = await fetch(metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } });
    const command = `curl -H ${quoted(`Authorization: Bearer ${token}`)} ${quoted(metadata.userinfo_endpoint)}`;
    step('UserInfo', fold('The request, as curl', false, el('pre', {}, command), copyButton(command, 'as curl')),
      outcome(`Answer: ${response.status} ${response.statusText}`, response.ok),
      fold('What it says', !response.ok, el('pre', {}, readable(await response.text()))));
  }

  function goOn(tokens) {
    let latest = tokens;
    let spent = null;
    let busy = false; // a button that is pressed twice at once sends nothing twice
    const guarded = (action) => async () => {
      if (busy) {
        return;
      }
      busy = true;
      try {
        await action();
      } catch (error) {
        fail('That did not work', error);
      }
      busy = false;
      row.scrollIntoView({ block: 'nearest' });
    };
    const refresh = (title, token) => show(title, metadata.token_endpoint,
      { grant_type: 'refresh_token', refresh_token: token });
    const again = button('Use the old refresh token again', guarded(async () => {
      await refresh('The old refresh token once more', spent);
    }), { disabled: true });
    row.prepend(
      button('Refresh', guarded(async () => {
        const { ok, text } = await refresh('Refresh', latest.refresh_token);
        if (ok) {
          spent = latest.refresh_token;
          latest = { ...latest, ...JSON.parse(text) };
          again.disabled = spent === latest.refresh_token;
        }
      }), { disabled: !tokens.refresh_token }),
      again,
      button('Revoke', guarded(async () => {
        await show('Revoke', metadata.revocation_endpoint, { token: latest.refresh_token || latest.access_token });
      })),
      button('UserInfo', guarded(() => userinfo(latest.access_token))),
    );
  }

  async function redeem(code) {
    const { ok, text } = await show('Token request', metadata.token_endpoint, {
      grant_type: 'authorization_code', code, redirect_uri: flow.redirect_uri, code_verifier: flow.code_verifier,
    });
    if (!ok) {
      return;
    }
    const answer = JSON.parse(text);
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
    row = el('p', { className: 'actions' }, el('a', { className: 'button', href: location.pathname }, 'Start over'));
    steps.append(row);
    step('The redirect back', asked.has('error') ? outcome(`No code came: ${asked.get('error')}`, false) : outcome('A code came.', true),
      fold('Its parameters', asked.has('error'), facts([...asked])));
    history.replaceState(null, '', location.pathname);
    if (!kept) {
      fail('The state is unknown', new Error('No flow of this tab has this state: a client stops here (RFC 6749 10.12).'));
      return;
    }
    flow = JSON.parse(kept);
    row.lastChild.search = new URLSearchParams({ client_id: flow.client_id });
    sessionStorage.removeItem(`makeshift-try-${asked.get('state')}`);
    if (asked.has('error')) {
      return;
    }
    await readMetadata(flow.issuer);
    await redeem(asked.get('code'));
  }

  async function start() {
    const wanted = at('scope').value.trim();
    steps.replaceChildren();
    flow = await call('POST', 'tries', { client_id: at('client').value, ...(wanted ? { scope: wanted } : {}) });
    const there = new URL(flow.redirect_uri);
    if (there.origin !== location.origin) {
      throw new Error(`This page stands at ${location.origin}, and the flow comes back to the issuer, which knows nothing of it: open ${there.href}`);
    }
    flow.secret = at('secret').value || flow.client_secret;
    const url = new URL(flow.authorize_url);
    flow.issuer = flow.authorize_url.slice(0, flow.authorize_url.indexOf('/oauth/v2/authorize'));
    sessionStorage.setItem(`makeshift-try-${flow.ticket}`, JSON.stringify(flow));
    const section = step('Authorization request', el('p', {}, `${url.origin}${url.pathname}`),
      fold('Its parameters', false, facts([...url.searchParams, ['code_verifier (stays here)', flow.code_verifier]])),
      el('p', { className: 'actions' },
        button('Send the browser there', () => location.assign(flow.authorize_url), { className: 'button primary' }),
        copyButton(flow.authorize_url, 'URL')));
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
    if (at('client').selectedIndex < 0) {
      fail('There is no such client', new Error(`No client '${asked.get('client_id')}' may have an authorization code here.`));
      at('client').selectedIndex = 0;
    }
  }
}
