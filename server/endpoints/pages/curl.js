'use strict';
/* An exchange of the journal as a command that sends it again. */
const curl = (() => {
  const UNSEEN = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;
  const LEFT_OUT = ['host', 'content-length', 'connection', 'accept-encoding'];
  const IS_NAME = /^[\w!#$%&'*+.^`|~-]+$/; // curl reads the file of one that begins with @

  /* A word of the shell. What would move the cursor, or end the paste, is spelled out. */
  function quoted(text) {
    const quotable = String(text).replaceAll("'", "'\\''");
    if (quotable.search(UNSEEN) < 0) {
      return `'${quotable}'`;
    }
    const spelled = (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return `$'${String(text).replace(/[\\']/g, '\\$&').replace(UNSEEN, spelled)}'`;
  }

  const pair = ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;

  /* The parameters as [name, value], those of the query and those of the body: of a name that is in both, the query's come first. */
  function partsOf(entry) {
    const left = new Map(Object.entries(entry.parameters || {}).map(([name, values]) => [name, [values].flat()]));
    const query = (entry.query || []).filter((name) => left.get(name)?.length).map((name) => [name, left.get(name).shift()]);
    return { query, form: [...left].flatMap(([name, values]) => values.map((value) => [name, value])) };
  }

  const isAt = (entry) => entry.path?.startsWith('/'); // and not OPTIONS *

  function urlOf(entry, query) {
    const base = new URL(document.documentElement.dataset.home, location.href).href.replace(/\/$/, '');
    return base + (isAt(entry) ? entry.path : '/') + (query.length ? `?${query.map(pair).join('&')}` : '');
  }

  function headersOf(entry, body) {
    const sent = Object.entries(entry.header || {}).filter(([name]) => !LEFT_OUT.includes(name) && IS_NAME.test(name));
    const words = sent.map(([name, value]) => (value === '' ? `${name};` : `${name}: ${value}`));
    /* Else curl says of itself that it is a form. */
    return body !== undefined && !entry.header?.['content-type'] ? [...words, 'content-type:'] : words;
  }

  function bodyOf(entry, form) {
    return entry.body !== undefined ? JSON.stringify(entry.body) : form.length ? form.map(pair).join('&') : undefined;
  }

  /* Secrets stand in it as fingerprints: who sends it puts the real ones there. */
  function of(entry) {
    const { query, form } = partsOf(entry);
    const url = urlOf(entry, query);
    const body = bodyOf(entry, form);
    const method = entry.method || 'GET';
    return ['curl',
      ...(method === 'HEAD' && body === undefined ? ['--head'] : ['-X', quoted(method)]),
      ...(entry.path && !isAt(entry) ? ['--request-target', quoted(entry.path)] : []),
      ...(/[[\]{}]/.test(url) ? ['--globoff'] : []),
      ...(/[/]\.\.?([/?]|$)/.test(url) ? ['--path-as-is'] : []),
      ...headersOf(entry, body).flatMap((header) => ['-H', quoted(header)]),
      ...(body === undefined ? [] : ['--data-raw', quoted(body)]), quoted(url)].join(' ');
  }

  /* What the journal does not have of it; '': nothing. */
  function lacks(entry) {
    const isThere = entry.body !== undefined || partsOf(entry).form.length > 0;
    const lacking = [entry.method === 'OTHER' ? 'the method' : '',
      entry.body_cut ? 'the whole body' : entry.body_size > 0 && !isThere ? 'the body' : ''].filter(Boolean);
    return lacking.length ? ` without ${lacking.join(' and ')}, which the journal does not have` : '';
  }

  return { of, lacks, quoted };
})();
