'use strict';
/* What the pages share: calls of the control door, elements, and copying. All text that came from
 * somewhere goes into the page as text. */
const face = (() => {
  const door = document.documentElement.dataset.door;
  const tokenForm = document.getElementById('token-form');

  function el(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name in element) {
        element[name] = value;
      } else if (value !== undefined) {
        element.setAttribute(name, value);
      }
    }
    element.append(...children.filter((child) => child !== undefined && child !== null));
    return element;
  }

  function button(text, action, properties) {
    const made = el('button', { type: 'button', className: 'button', ...properties }, text);
    made.addEventListener('click', action);
    return made;
  }

  /* For a moment in place of what stands on the button. */
  function say(word, near) {
    if (near.dataset.says === undefined) {
      const before = [...near.childNodes];
      setTimeout(() => {
        near.replaceChildren(...before);
        delete near.dataset.says;
      }, 1200);
    }
    near.dataset.says = word;
    near.replaceChildren(word);
  }

  /* Where the page is no secure context there is no clipboard: then the text is selected. */
  async function copy(text, near) {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied', near);
    } catch {
      const shown = [...near.parentElement.querySelectorAll('span, pre, code')].find((one) => one.textContent === text);
      getSelection().selectAllChildren(shown ?? near.parentElement.insertBefore(el('pre', {}, text), near));
      say('Selected', near);
    }
  }

  function copyButton(text, what) {
    return button(`Copy ${what}`, (event) => copy(typeof text === 'function' ? text() : text, event.currentTarget),
      { className: 'copy' });
  }

  function headers(more) {
    const token = sessionStorage.getItem('makeshift-token');
    return { ...(token ? { authorization: `Bearer ${token}` } : {}), ...more };
  }

  class DoorError extends Error {
    constructor(problem, status) {
      super([problem.detail || problem.title || `status ${status}`,
        problem.nearest ? `nearest: ${problem.nearest}` : ''].filter(Boolean).join('; '));
      this.problem = problem;
      this.status = status;
    }
  }

  async function ask(path, options) {
    const response = await fetch(door + path, options);
    if (response.status === 401 && tokenForm) {
      tokenForm.hidden = false;
    }
    return response;
  }

  /* The answer's JSON; 417 too, as it says what was not so. */
  async function call(method, path, body, options = {}) {
    const response = await ask(path, {
      method,
      headers: headers(body === undefined ? {} : { 'content-type': 'application/json' }),
      body: body === undefined ? undefined : JSON.stringify(body),
      ...options,
    });
    const text = await response.text();
    const answer = text === '' ? null : JSON.parse(text);
    if (!response.ok && response.status !== 417) {
      throw new DoorError(answer || {}, response.status);
    }
    return answer;
  }

  /* Of what no link leads to: a link brings no token. */
  async function download(path, name) {
    const response = await ask(path, { headers: headers() });
    if (!response.ok) {
      throw new DoorError(await response.json(), response.status);
    }
    const href = URL.createObjectURL(await response.blob());
    el('a', { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10000);
  }

  for (const copier of document.querySelectorAll('button.copy')) {
    copier.hidden = false;
    copier.addEventListener('click', () => copy(copier.parentElement.querySelector('span').textContent, copier));
  }
  tokenForm?.addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem('makeshift-token', document.getElementById('token').value);
    location.reload();
  });

  return { el, button, copy, copyButton, call, download, door };
})();
