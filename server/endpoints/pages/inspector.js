'use strict';
/* The journal, live: newest first, grouped by flow. Only what is looked at is in the page. */
const journal = (() => {
  const { el, copyButton, call } = face;
  const MOST = 10000; // entries that are kept
  const SHOWN = 50; // flows in the page, before "Show older ones"
  const RENDER_MS = 200;
  const at = (id) => document.getElementById(id);
  const timeline = at('timeline');
  const flows = new Map(); // by key, the one that changed last at the end
  const byTrace = new Map(); // the flow that a page, or a code, belongs to
  const listeners = [];
  let last = 0;
  let count = 0;
  let shown = SHOWN;
  let planned = false;

  const isBad = (entry) => Boolean(entry.error || entry.verdict) || entry.status >= 400;

  const wanted = () => ({
    client: at('filter-client').value,
    user: at('filter-user').value.trim().toLowerCase(),
    endpoint: at('filter-endpoint').value,
    outcome: at('filter-outcome').value,
  });

  function fits(entry, filter) {
    const names = [entry.user, ...(entry.user_names || [])].map((name) => String(name ?? '').toLowerCase());
    return (!filter.client || entry.client_id === filter.client) &&
      (!filter.endpoint || entry.endpoint === filter.endpoint) &&
      (!filter.outcome || (filter.outcome === 'bad') === isBad(entry)) &&
      (!filter.user || names.some((name) => name.includes(filter.user)));
  }

  /* What has no grant yet belongs together by the page that it leads to, and by the code. */
  function flowOf(entry) {
    const led = /[?&]interaction=([^&]+)/.exec(entry.location || '')?.[1];
    const traces = [entry.parameters?.interaction, led, entry.parameters?.code, entry.issued?.code]
      .filter(Boolean);
    let flow = (entry.grant && flows.get(`grant ${entry.grant}`)) ||
      traces.map((trace) => byTrace.get(trace)).find(Boolean);
    if (!flow) {
      flow = { key: entry.grant ? `grant ${entry.grant}` : `entry ${entry.id}`, entries: [], traces: [] };
    }
    if (entry.grant && flow.key !== `grant ${entry.grant}`) {
      flows.delete(flow.key);
      flow.key = `grant ${entry.grant}`;
    }
    traces.forEach((trace) => byTrace.set(trace, flow));
    flow.traces.push(...traces);
    return flow;
  }

  function add(entry) {
    const flow = flowOf(entry);
    flow.entries.push(entry);
    flow.element = null;
    flows.delete(flow.key);
    flows.set(flow.key, flow);
    count++;
    while (count > MOST) {
      const [key, oldest] = flows.entries().next().value;
      flows.delete(key);
      oldest.traces.forEach((trace) => byTrace.delete(trace));
      count -= oldest.entries.length;
    }
  }

  function clear() {
    flows.clear();
    byTrace.clear();
    count = 0;
    plan();
  }

  /* What a family of tokens went through, as a chain: where it is broken, it says so. */
  function chainOf(flow) {
    const links = flow.entries.filter((entry) => entry.endpoint === 'token' ||
      entry.happened.includes('code issued') || entry.endpoint === 'revoke');
    return links.map((entry) => {
      const refreshes = entry.grant_type === 'refresh_token';
      const name = entry.happened.includes('code issued') ? 'code'
        : entry.endpoint === 'revoke' ? 'revoked'
          : refreshes ? `refresh${entry.generation ? ` ${entry.generation}` : ''}` : 'tokens';
      return el('li', { className: isBad(entry) ? 'bad' : '' },
        isBad(entry) ? `${name} refused: ${entry.error || entry.status}` : name);
    });
  }

  function facts(pairs) {
    return el('dl', { className: 'facts' }, ...pairs.filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => el('div', {}, el('dt', {}, name),
        el('dd', { className: 'value' }, typeof value === 'string' ? value : JSON.stringify(value)))));
  }

  const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

  /* Secrets stand in it as fingerprints: who sends it puts the real ones there. */
  function curlOf(entry) {
    const inQuery = new Set(entry.query || []);
    const url = new URL(face.door.replace(/_makeshift\/$/, '') + (entry.path || '/').slice(1), location.origin);
    const words = ['curl', '-X', entry.method || 'GET'];
    for (const [name, value] of Object.entries(entry.header || {})) {
      if (!['host', 'content-length', 'connection', 'accept-encoding'].includes(name)) {
        words.push('-H', quoted(`${name}: ${[value].flat().join(', ')}`));
      }
    }
    for (const [name, values] of Object.entries(entry.parameters || {})) {
      for (const value of [values].flat()) {
        if (inQuery.has(name)) {
          url.searchParams.append(name, value);
        } else {
          words.push('--data-urlencode', quoted(`${name}=${value}`));
        }
      }
    }
    if (entry.body !== undefined) {
      words.push('--data', quoted(JSON.stringify(entry.body)));
    }
    return [...words, quoted(url.href)].join(' ');
  }

  function fill(box, entry) {
    const { verdict = {} } = entry;
    if (entry.verdict) {
      box.append(el('h4', { className: 'bad' }, 'Refused'), facts([
        ['Check', verdict.check], ['Expected', verdict.expected], ['Actual', verdict.actual],
        ['Rule', verdict.clause], ['How to mend it', verdict.detail]]));
    }
    box.append(facts([['client_id', entry.client_id], ['user', entry.user], ['scope', entry.scope],
      ['operation', entry.operation], ['grant', entry.grant], ['happened', entry.happened.join(', ')],
      ['redirects to', entry.location], ['issued', Object.keys(entry.issued || {}).length ? entry.issued : undefined],
      ['fault', entry.fault], ['latch', entry.latch], ['reply', entry.reply],
      ['took', `${(entry.duration_us / 1000).toFixed(1)} ms`], ['X-Request-Id', entry.request_id]]));
    if (Object.keys(entry.parameters || {}).length) {
      box.append(el('h4', {}, 'Parameters'), facts(Object.entries(entry.parameters)));
    }
    box.append(el('h4', {}, 'Headers'), facts(Object.entries(entry.header || {})));
    box.append(copyButton(() => curlOf(entry), 'as curl'));
  }

  function entryElement(entry) {
    const bad = isBad(entry);
    const what = entry.error || entry.happened.join(', ') || (bad ? 'refused' : '');
    const details = el('details', { className: 'entry' }, el('summary', {},
      el('span', { className: bad ? 'bad' : '' }, String(entry.status ?? '-')),
      el('span', {}, entry.at.slice(11, 19)),
      el('code', {}, `${entry.method || ''} ${entry.endpoint || entry.path || ''}`),
      el('span', { className: bad ? 'bad' : 'soft' }, what)), el('div'));
    details.addEventListener('toggle', () => {
      if (details.open && !details.lastChild.hasChildNodes()) {
        fill(details.lastChild, entry);
      }
    });
    return details;
  }

  function flowElement(flow, entries) {
    const known = flow.entries.find((entry) => entry.client_id) || {};
    const user = flow.entries.find((entry) => entry.user_names) || flow.entries.find((entry) => entry.user);
    const chain = chainOf(flow);
    return el('li', { className: 'flow' },
      el('h3', {}, el('span', {}, known.client_id || 'no client'),
        user ? el('span', { className: 'soft' }, user.user_names?.[0] || user.user) : null,
        flow.key.startsWith('grant') ? el('span', { className: 'badge' }, flow.key) : null,
        el('span', { className: 'badge' }, `#${flow.entries[0].id}`)),
      chain.length > 1 ? el('ul', { className: 'chain' }, ...chain.slice(-12)) : null,
      ...entries.slice(-20).reverse().map(entryElement));
  }

  function render() {
    planned = false;
    const filter = wanted();
    const elements = [];
    const signature = JSON.stringify(filter);
    let more = false;
    for (const flow of [...flows.values()].reverse()) {
      const entries = flow.entries.filter((entry) => fits(entry, filter));
      if (entries.length === 0) {
        continue;
      }
      if (elements.length === shown) {
        more = true;
        break;
      }
      if (!flow.element || flow.signature !== signature) {
        flow.element = flowElement(flow, entries);
        flow.signature = signature;
      }
      elements.push(flow.element);
    }
    /* What is there already stays where it is: an opened entry is not shut, focus is not lost. */
    elements.forEach((element, index) => {
      if (timeline.children[index] !== element) {
        timeline.insertBefore(element, timeline.children[index] || null);
      }
    });
    while (timeline.children.length > elements.length) {
      timeline.lastChild.remove();
    }
    at('older').hidden = !more;
    at('count').textContent = count === 0 ? 'Nothing has happened yet.'
      : `${count} ${count === 1 ? 'exchange' : 'exchanges'}, newest first.`;
  }

  function plan() {
    if (!planned) {
      planned = true;
      setTimeout(() => requestAnimationFrame(render), RENDER_MS);
    }
  }

  /* Told at most once in a while, however much happens. */
  function tell() {
    listeners.forEach((listener) => listener());
  }

  async function follow() {
    for (;;) {
      try {
        const { items } = await call('GET', `journal?since=${last}&limit=200&wait=30s`);
        items.forEach(add);
        last = items.at(-1)?.id ?? last;
        if (items.length > 0) {
          plan();
          tell();
        }
      } catch (error) {
        at('count').textContent = `Not connected: ${error.message}`;
        if (error.status === 401 || error.status === 409) {
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 2000));
        last = 0;
        clear();
      }
    }
  }

  const words = ['authorize', 'sign_in', 'consent', 'token', 'userinfo', 'jwks', 'metadata', 'resource_metadata',
    'revoke', 'introspect', 'logout', 'register', 'registration', 'mcp', 'api'];
  at('filter-endpoint').append(...words.map((word) => el('option', {}, word)));
  at('filters').addEventListener('input', plan);
  at('filters').addEventListener('submit', (event) => event.preventDefault());
  at('older').addEventListener('click', () => {
    shown += SHOWN;
    plan();
  });
  follow();

  return { endpoints: words, facts, clear, onChange: (listener) => listeners.push(listener) };
})();
