'use strict';
/* The journal, live: newest first, grouped by flow. Only what is looked at is in the page, and it is put there by and by:
 * whoever scrolls or types meanwhile does not wait. */
const journal = (() => {
  const { el, copyButton, call } = face;
  const MOST = 10000; // entries that are kept
  const SHOWN = 50; // flows in the page, before "Show older ones"
  const PAGE = 200; // entries that are asked for at once
  const ENTRIES = 20; // of a flow in the page
  const LINKS = 12; // of its chain
  const RENDER_MS = 200; // between two looks at what there is
  const WAIT = '1s'; // for an entry; a journal that was emptied is seen at its end
  const CATCHING_UP_MS = 1000; // the same while there is more to fetch than came
  const FRAME_MS = 4; // work between two frames, without what the browser then has to lay out
  const at = (id) => document.getElementById(id);
  const timeline = at('timeline');
  const flows = new Map(); // by key, the one that changed last at the end
  const byTrace = new Map(); // the flow that a page, or a code, belongs to
  const listeners = [];
  let last = 0;
  let count = 0;
  let shown = SHOWN;
  let planned = false;
  let due = false; // a look, at the next frame
  let framed = false;
  let lost = null; // why the server did not answer
  let look = null; // at what there is; the page is being made to show it

  const isBad = (entry) => Boolean(entry.error || entry.verdict) || entry.status >= 400;

  const wanted = () => ({
    client: at('filter-client').value,
    user: at('filter-user').value.trim().toLowerCase(),
    endpoint: at('filter-endpoint').value,
    outcome: at('filter-outcome').value,
  });

  const isOf = (entry, user) => [entry.user, ...(entry.user_names || [])]
    .some((name) => String(name ?? '').toLowerCase().includes(user));

  function fits(entry, filter) {
    return (!filter.client || entry.client_id === filter.client) &&
      (!filter.endpoint || entry.endpoint === filter.endpoint) &&
      (!filter.outcome || (filter.outcome === 'bad') === isBad(entry)) &&
      (!filter.user || isOf(entry, filter.user));
  }

  /* What has no grant yet belongs together by the page that it leads to, and by the code. */
  function flowOf(entry) {
    const led = /[?&]interaction=([^&]+)/.exec(entry.location || '')?.[1];
    const traces = [entry.parameters?.interaction, led, entry.parameters?.code, entry.issued?.code]
      .filter(Boolean);
    let flow = (entry.grant && flows.get(`grant ${entry.grant}`)) ||
      traces.map((trace) => byTrace.get(trace)).find(Boolean);
    if (!flow) {
      flow = {
        key: entry.grant ? `grant ${entry.grant}` : `entry ${entry.id}`, entries: [], traces: [], elements: new Map(),
      };
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
    flow.client ??= entry.client_id;
    flow.user ??= entry.user;
    flow.name ??= entry.user_names?.[0];
    flow.changed = true;
    flows.delete(flow.key);
    flows.set(flow.key, flow);
    count++;
    while (count > MOST) {
      forget(flows.values().next().value, flow);
    }
  }

  /* The oldest flow, or the oldest of the one flow that there is. */
  function forget(oldest, newest) {
    if (oldest === newest) {
      oldest.entries.shift();
      count--;
      return;
    }
    flows.delete(oldest.key);
    oldest.traces.forEach((trace) => byTrace.delete(trace));
    count -= oldest.entries.length;
  }

  function clear() {
    flows.clear();
    byTrace.clear();
    count = 0;
    plan(RENDER_MS);
  }

  /* The last `most` that are so, the newest first. */
  function lastOf(entries, most, isSo) {
    const found = [];
    for (let i = entries.length - 1; i >= 0 && found.length < most; i--) {
      if (isSo(entries[i])) {
        found.push(entries[i]);
      }
    }
    return found;
  }

  const isLink = (entry) => entry.endpoint === 'token' || entry.endpoint === 'revoke' ||
    entry.happened.includes('code issued');

  /* What a family of tokens went through, as a chain: where it is broken, it says so. */
  function chainOf(flow) {
    return lastOf(flow.entries, LINKS, isLink).reverse().map((entry) => {
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

  function fill(box, entry) {
    const { verdict = {} } = entry;
    if (entry.verdict) {
      box.append(el('h4', { className: 'bad' }, 'Refused'), facts([
        ['What is wrong', verdict.detail], ['Check', verdict.check], ['Expected', verdict.expected],
        ['Actual', verdict.actual], ['Rule', verdict.clause]]));
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
    box.append(copyButton(() => curl.of(entry), 'as curl'),
      el('small', { className: 'soft' }, curl.lacks(entry)));
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

  /* What is there already stays where it is: an opened entry is not shut. */
  function arrange(parent, wanted) {
    const set = new Set(wanted);
    for (const child of [...parent.children]) {
      if (!set.has(child)) {
        child.remove();
      }
    }
    let spot = parent.firstElementChild;
    for (const element of wanted) {
      spot = place(parent, element, spot);
    }
  }

  /* Before `spot`, with its focus; what comes behind it then. */
  function place(parent, element, spot) {
    if (element === spot) {
      return spot.nextElementSibling;
    }
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    parent.insertBefore(element, spot);
    focused?.focus({ preventScroll: true });
    return spot;
  }

  function showFlow(flow, entries) {
    const chain = chainOf(flow);
    const before = flow.elements;
    flow.elements = new Map(entries.map((entry) => [entry, before.get(entry) || entryElement(entry)]));
    flow.element ??= el('li', { className: 'flow' });
    arrange(flow.element, [
      el('h3', {}, el('span', {}, flow.client || 'no client'),
        flow.user ? el('span', { className: 'soft' }, flow.name || flow.user) : null,
        flow.key.startsWith('grant') ? el('span', { className: 'badge' }, flow.key) : null,
        el('span', { className: 'badge' }, `#${flow.entries[0].id}`)),
      ...(chain.length > 1 ? [el('ul', { className: 'chain' }, ...chain)] : []),
      ...flow.elements.values()]);
    /* About as high as it will be, so that what is out of sight is known to be. */
    flow.element.style.containIntrinsicSize = `auto ${2 + (chain.length > 1 ? 2 : 0) + 1.8 * entries.length}rem`;
    flow.changed = false;
  }

  /* The next flow that fits goes where it belongs. */
  function lookOn({ filter, signature, coming }, flow) {
    const fitting = lastOf(flow.entries, ENTRIES, (entry) => fits(entry, filter));
    if (fitting.length === 0) {
      return;
    }
    if (coming.placed === shown) {
      coming.more = true;
      return;
    }
    if (flow.changed || flow.signature !== signature) {
      showFlow(flow, fitting);
      flow.signature = signature;
    }
    coming.spot = place(timeline, flow.element, coming.spot);
    coming.placed++;
  }

  function begin() {
    const filter = wanted();
    const signature = JSON.stringify(filter);
    if (look?.signature !== signature) {
      timeline.replaceChildren();
    }
    look = {
      filter, signature, coming: { spot: timeline.firstElementChild, placed: 0, more: false },
      flows: [...flows.values()].reverse(), next: 0,
    };
  }

  function tellCount(placed) {
    const exchanges = `${count} ${count === 1 ? 'exchange' : 'exchanges'}`;
    at('count').textContent = lost ? `Not connected, and what stands here may be old: ${lost.message}`
      : count === 0 ? 'Nothing has happened yet.'
        : placed === 0 ? `None of ${exchanges} fits the filters.` : `${exchanges}, newest first.`;
    if (at('empty')) {
      at('empty').hidden = count > 0;
    }
  }

  /* As much as a frame has time for, and the rest in the next ones. */
  function render() {
    const end = performance.now() + FRAME_MS;
    framed = false;
    if (due) {
      due = false;
      begin();
    }
    const { coming } = look;
    while (look.next < look.flows.length && !coming.more) {
      lookOn(look, look.flows[look.next++]);
      if (performance.now() > end) {
        frame();
        return;
      }
    }
    while (coming.spot) {
      const behind = coming.spot.nextElementSibling;
      coming.spot.remove();
      coming.spot = behind;
    }
    at('older').hidden = !coming.more;
    tellCount(coming.placed);
  }

  function frame() {
    if (!framed) {
      framed = true;
      requestAnimationFrame(render);
    }
  }

  function plan(ms) {
    if (!planned) {
      planned = true;
      setTimeout(() => {
        planned = false;
        due = true;
        frame();
      }, ms);
    }
  }

  /* Told at most once in a while, however much happens. */
  function tell() {
    listeners.forEach((listener) => listener());
  }

  async function follow() {
    for (;;) {
      try {
        const { items, first } = await call('GET', `journal?since=${last}&limit=${PAGE}&wait=${WAIT}`);
        if (lost || (first > last && count > 0)) {
          lost = null;
          clear(); // by another tab, or a test: what is here is there no more; and who comes back may have another journal
        }
        items.forEach(add);
        last = items.at(-1)?.id ?? last;
        if (items.length > 0) {
          plan(items.length < PAGE ? RENDER_MS : CATCHING_UP_MS);
          tell();
        }
      } catch (error) {
        lost = error;
        plan(0);
        if (error.status === 401 || error.status === 409) {
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 2000));
        last = 0;
      }
    }
  }

  const words = ['authorize', 'sign_in', 'consent', 'token', 'userinfo', 'jwks', 'metadata', 'resource_metadata',
    'revoke', 'introspect', 'logout', 'register', 'registration', 'mcp', 'api'];
  at('filter-endpoint').append(...words.map((word) => el('option', {}, word)));
  at('filters').addEventListener('input', () => plan(RENDER_MS));
  at('filters').addEventListener('submit', (event) => event.preventDefault());
  at('older').addEventListener('click', () => {
    shown += SHOWN;
    plan(0);
  });
  follow();

  return { endpoints: words, facts, clear, onChange: (listener) => listeners.push(listener) };
})();
