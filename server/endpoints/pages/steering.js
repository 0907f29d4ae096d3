'use strict';
/* What steers, beside the journal: a panel for each resource of the control door. */
{
  const { el, button, call } = face;
  const pause = 1000; // milliseconds between two looks at a panel while things happen

  const option = (value, text = value) => el('option', { value }, text);
  const choice = (id, label, options) => [el('label', { for: id, htmlFor: id }, label),
    el('select', { id }, ...options)];
  const field = (id, label, properties) => [el('label', { for: id, htmlFor: id }, label),
    el('input', { type: 'text', id, autocomplete: 'off', spellcheck: false, ...properties })];
  const value = (id) => document.getElementById(id).value.trim();
  const items = (list, empty) => el('ul', { className: 'items' },
    ...(list.length ? list : [el('li', { className: 'soft' }, empty)]));
  const item = (text, ...buttons) => el('li', {}, el('span', {}, text), ...buttons);
  const clients = () => [...document.querySelectorAll('#filter-client option')].slice(1).map((one) => one.value);

  /* A panel has a part that stays (forms) and one that is shown anew. `look` gives the latter. Both are made when it is
   * opened: the page is there before that. */
  class Panel {
    constructor(name, look, form = () => []) {
      this.details = document.getElementById(`panel-${name}`);
      if (!this.details) {
        return;
      }
      this.look = look;
      this.form = form;
      this.details.addEventListener('toggle', () => this.refresh());
      journal.onChange(() => this.refreshSoon());
      /* One that is open from the beginning: once the page is seen. */
      requestAnimationFrame(() => setTimeout(() => this.refresh()));
    }

    make() {
      this.says = el('p', { role: 'status', className: 'soft' });
      this.shown = el('div');
      this.details.append(...this.form(this), this.says, this.shown);
    }

    async refresh() {
      if (!this.details.open) {
        return;
      }
      if (!this.shown) {
        this.make();
      }
      try {
        const shown = await this.look(this);
        if (shown) {
          this.show([shown].flat());
        }
        if (this.isBlind) {
          this.tell('', false);
        }
        this.isBlind = false;
      } catch (error) {
        this.isBlind = true;
        this.tell(error.message, true);
      }
    }

    /* Whoever goes by keyboard stays where they were, or as near as there is something. */
    show(parts) {
      const buttons = () => [...this.shown.querySelectorAll('button')];
      const was = buttons().indexOf(document.activeElement);
      this.shown.replaceChildren(...parts);
      if (was >= 0) {
        (buttons()[was] ?? buttons().at(-1) ?? this.details.firstElementChild).focus({ preventScroll: true });
      }
    }

    refreshSoon() {
      if (!this.waits) {
        this.waits = setTimeout(() => {
          this.waits = 0;
          /* Not under somebody's hands. */
          if (!this.shown?.contains(document.activeElement)) {
            this.refresh();
          }
        }, pause);
      }
    }

    tell(text, isBad) {
      this.says.className = isBad ? 'bad' : 'soft';
      this.says.textContent = text;
    }

    /* A button that does something at the door, and shows what came of it. */
    act(text, action, properties) {
      return button(text, async () => {
        try {
          await action();
          this.tell(`${text}: done at ${new Date().toLocaleTimeString()}.`, false);
        } catch (error) {
          this.tell(error.message, true);
        }
        await this.refresh();
      }, properties);
    }
  }

  const buttons = (panel, ...pairs) => el('div', { className: 'row' },
    ...pairs.map(([text, action]) => panel.act(text, action)));

  const post = (path, body) => () => call('POST', path, body);

  /* Between two looks at the clock the page counts on. */
  const seen = { frozen: true };
  setInterval(() => {
    if (!seen.frozen) {
      const now = new Date((seen.epoch + Math.floor((performance.now() - seen.at) / 1000)) * 1000);
      document.getElementById('now').textContent = now.toISOString().replace('.000Z', 'Z');
    }
  }, 1000);

  new Panel('clock', async () => {
    const clock = await call('GET', 'clock');
    document.getElementById('now').textContent = clock.now;
    Object.assign(seen, clock, { at: performance.now() });
    return el('p', { className: 'soft' }, [clock.frozen ? 'stands still' : 'runs',
      clock.moved ? `moved by ${clock.moved} s` : 'as the machine\'s',
      clock.skew ? `tokens ${Math.abs(clock.skew)} s ${clock.skew < 0 ? 'behind' : 'ahead'}` : ''].filter(Boolean).join(', '));
  }, (panel) => [
    buttons(panel, ['+1 minute', post('clock', { advance: '1m' })], ['+1 hour', post('clock', { advance: '1h' })],
      ['+1 day', post('clock', { advance: '24h' })], ['Freeze', post('clock', { freeze: true })],
      ['Resume', post('clock', { resume: true })]),
    ...field('advance', 'Advance by', { placeholder: '90s, 5m, 2h, 30d' }),
    panel.act('Advance', () => call('POST', 'clock', { advance: value('advance') })),
  ]);

  new Panel('sign-ins', async (panel) => {
    const [{ items: coming }, { items: waiting }] = await Promise.all([call('GET', 'sign-ins'),
      call('GET', 'interactions')]);
    return [items(coming.map((one) => item(
      `${one.error || one.decision || 'approve'}${one.user ? ` as ${one.user}` : ''}, met ${one.met ?? 0} of ${one.times ?? 1}`,
      panel.act('Forget', () => call('DELETE', `sign-ins/${one.id}`)))), 'No sign-in is prepared.'),
    el('h3', {}, 'Pages that wait'),
    items(waiting.map((one) => item(`${one.page} of ${one.client_id}`,
      panel.act('Approve', () => call('POST', `interactions/${one.id}`,
        { decision: 'approve', ...(one.user || !value('sign-in-user') ? {} : { user: value('sign-in-user') }) })),
      panel.act('Deny', () => call('POST', `interactions/${one.id}`, { decision: 'deny' })))), 'None.')];
  }, (panel) => [
    ...field('sign-in-user', 'User (sub, e-mail or name)'),
    ...choice('sign-in-decision', 'Decision', ['approve', 'deny', 'page'].map((word) => option(word))),
    panel.act('Prepare it', () => call('POST', 'sign-ins', {
      decision: value('sign-in-decision'), ...(value('sign-in-user') ? { user: value('sign-in-user') } : {}),
    })),
  ]);

  new Panel('faults', async (panel) => {
    const choose = document.getElementById('fault');
    if (choose.options.length === 0) {
      const { items: catalogue } = await call('GET', 'faults/catalogue');
      choose.append(...catalogue.filter((one) => one.name).map((one) => el('option', { title: one.says }, one.name)));
      choose.says = new Map(catalogue.map((one) => [one.name, one.says]));
      choose.dispatchEvent(new Event('change'));
    }
    const { items: faults } = await call('GET', 'faults');
    return items(faults.map((one) => item(
      `${one.fault || 'fault'} ${one.id}: matched ${one.matched}, fired ${one.fired}${one.times ? ` of ${one.times}` : ''}`,
      panel.act('End', () => call('DELETE', `faults/${one.id}`)))), 'Nothing goes wrong on purpose.');
  }, (panel) => {
    const says = el('p', { className: 'soft' });
    const form = choice('fault', 'Fault of the catalogue', []);
    form[1].addEventListener('change', () => {
      says.textContent = form[1].says?.get(form[1].value) || '';
    });
    return [...form, says, ...field('fault-times', 'Times (empty: always)', { inputMode: 'numeric' }),
      buttons(panel, ['Make it happen', () => call('POST', 'faults', {
        fault: value('fault'), ...(value('fault-times') ? { times: Number(value('fault-times')) } : {}),
      })], ['End all', () => call('DELETE', 'faults')])];
  });

  new Panel('latches', async (panel) => {
    const { items: latches } = await call('GET', 'latches');
    return items(latches.map((one) => item(
      `${one.id}: ${JSON.stringify(one.match ?? {})} ${one.when}, ${one.open ? 'open' : `holds ${one.held.length}`}`,
      panel.act('Release one', () => call('POST', `latches/${one.id}/release`, { count: 1 })),
      panel.act('Release all', () => call('POST', `latches/${one.id}/release`, { all: true })),
      panel.act('Delete', () => call('DELETE', `latches/${one.id}`)))), 'Nothing is held.');
  }, (panel) => [
    ...choice('latch-endpoint', 'Hold requests at', [option('', 'any endpoint'), ...journal.endpoints.map((word) => option(word))]),
    ...choice('latch-when', 'When', [option('before', 'before they are handled'), option('after', 'after')]),
    panel.act('Hold them', () => call('POST', 'latches', {
      match: value('latch-endpoint') ? { endpoint: value('latch-endpoint') } : {}, when: value('latch-when'), timeout: '10m',
    })),
  ]);

  new Panel('keys', async (panel) => {
    const [{ items: keys }, { serve }] = await Promise.all([call('GET', 'keys'), call('GET', 'jwks')]);
    document.getElementById('serve').value = serve;
    return items(keys.map((one) => item(`${one.kid} (${one.alg}) ${one.state}`, one.state === 'signs' ? null
      : panel.act('Take out', () => call('DELETE', `keys/${encodeURIComponent(one.kid)}`)))), 'There is no key.');
  }, (panel) => [
    buttons(panel, ['Rotate', post('keys/rotate', {})], ['Publish a next one', post('keys', {})]),
    ...choice('serve', 'The JWKS is', ['live', 'stale', 'empty', 'foreign', 'broken', 'outage'].map((word) => option(word))),
    panel.act('Serve it so', () => call('PUT', 'jwks', { serve: value('serve') })),
  ]);

  new Panel('revoke', async () => {
    const { items: grants } = await call('GET', 'grants?limit=1000');
    return el('p', { className: 'soft' }, `${grants.length === 1000 ? '1000 or more' : grants.length} grants are kept.`);
  }, (panel) => {
    const selector = () => (value('revoke-by') === 'all' ? { all: true }
      : { [value('revoke-by')]: value('revoke-what') });
    return [...choice('revoke-by', 'All tokens of', [option('client_id', 'the client'), option('user', 'the user'), option('all', 'everybody')]),
      ...field('revoke-what', 'client_id, or the user\'s sub, e-mail or name'),
      buttons(panel, ['Revoke', () => call('POST', 'revocations', selector())],
        ['Let expire', () => call('POST', 'expirations', selector())])];
  });

  new Panel('snapshots', async (panel) => {
    const { items: snapshots } = await call('GET', 'snapshots');
    return items(snapshots.map((one) => item(one.name,
      panel.act('Download', () => face.download(
        `snapshots/${encodeURIComponent(one.name)}${document.getElementById('snapshot-keys').checked ? '?keys=1' : ''}`,
        `${document.documentElement.dataset.tenant}-${one.name}.db`)),
      panel.act('Restore', () => call('POST', `snapshots/${encodeURIComponent(one.name)}/restore`)),
      panel.act('Forget', () => call('DELETE', `snapshots/${encodeURIComponent(one.name)}`)))), 'No snapshot is held.');
  }, (panel) => [
    panel.act('Reset to the fixture', async () => {
      await call('POST', 'reset');
      journal.clear();
    }),
    ...field('snapshot', 'Name of a snapshot'),
    panel.act('Hold everything', () => call('POST', 'snapshots', { name: value('snapshot') })),
    el('p', { className: 'soft' }, 'A download is a file that --db opens. ',
      el('label', { className: 'tick' }, el('input', { type: 'checkbox', id: 'snapshot-keys' }), 'with private keys that were made here')),
  ]);

  new Panel('tenants', async (panel) => {
    const { items: tenants } = await call('GET', 'tenants');
    return items(tenants.map((one) => el('li', {}, el('span', {}, el('a', { href: `${one.control.replace(/\/$/, '')}/` }, one.name)),
      one.name === 'default' ? null
        : panel.act('End', () => call('DELETE', `tenants/${encodeURIComponent(one.name)}`)))), 'There is none.');
  }, (panel) => [
    ...field('tenant', 'Name (empty: the next number)'),
    panel.act('Make a tenant', () => call('POST', 'tenants', value('tenant') ? { name: value('tenant') } : {})),
  ]);

  new Panel('audit', () => null, (panel) => {
    const report = el('div');
    return [...choice('audit-client', 'How did this client behave?', clients().map((id) => option(id))),
      panel.act('Judge it', async () => {
        const { findings } = await call('GET', `audit?client_id=${encodeURIComponent(value('audit-client'))}`);
        const order = ['failed', 'not exercised', 'passed'];
        findings.sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
        report.replaceChildren(items(findings.map((one) => item(el('span', {},
          el('strong', { className: one.outcome === 'failed' ? 'bad' : '' }, `${one.outcome}: `),
          `${one.says} `, el('small', { className: 'soft' }, `${one.level}, ${one.clause}`),
          one.exchanges?.length ? ` #${one.exchanges.slice(0, 5).join(' #')}` : '',
          one.outcome !== 'passed' && one.hint ? ` ${one.hint}` : ''))), 'Nothing to judge.'));
      }), report];
  });

  new Panel('decode', () => null, (panel) => {
    const shown = el('div');
    return [el('label', { htmlFor: 'decode' }, 'A token, as your application has it'),
      el('textarea', { id: 'decode', rows: 4, spellcheck: false }),
      panel.act('Decode and check it', async () => {
        const seen = await call('POST', 'tokens/inspect', { token: value('decode') });
        shown.replaceChildren(el('pre', {}, JSON.stringify(seen, null, 2)));
      }), shown];
  });
}
