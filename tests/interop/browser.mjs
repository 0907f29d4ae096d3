// The Set-Cookie lines of an answer. Debian 12's Node.js (18.20.4 with undici 5.15) has no getSetCookie and joins them
// with commas; a comma inside one, of a date, is not followed by a name and a "=".
export function setCookies(headers) {
  if (headers.getSetCookie) return headers.getSetCookie();
  return headers.get('set-cookie')?.split(/, *(?=[^\s;,=]+=)/) ?? [];
}

// A browser with a person in front of it, who takes the first user on a sign-in page and says yes on a
// consent page. It follows redirects as long as they stay on the server, and keeps cookies.
export class Browser {
  #cookies = new Map();

  // Sends a request and goes on from there. Returns where it ends: the URL of the client it is sent to
  // (with the parameters for the client in it, as form_post delivers them too), or undefined and the
  // server's last answer.
  async open(url, options = {}) {
    let response = await this.#send(url, options);
    for (let hops = 0; hops < 12; hops++) {
      const location = response.headers.get('location');
      const form = location ? undefined : await this.#form(response);
      if (!location && !form) return { response };
      const next = new URL(location ?? form.action, response.url || url);
      if (next.origin !== new URL(url).origin) {
        for (const [name, value] of form?.fields ?? []) next.searchParams.append(name, value);
        return { response, client: next };
      }
      response = await this.#send(next, form && { method: 'POST', body: form.fields });
    }
    throw new Error(`${url} leads nowhere`);
  }

  async #send(url, options) {
    const response = await fetch(url, {
      redirect: 'manual',
      ...options,
      headers: {
        accept: 'text/html',
        ...options?.headers,
        cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; '),
      },
    });
    for (const line of setCookies(response.headers)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.#cookies.set(name, value);
    }
    return response;
  }

  // The form of a page that goes on, else its first, and what the person leaves in it. A refusal may
  // travel in a form too.
  async #form(response) {
    if (![200, 400].includes(response.status)) return undefined;
    const forms = [...(await response.clone().text()).matchAll(/<form ([^>]*)>(.*?)<\/form>/gs)];
    if (forms.length === 0) return undefined;
    const [, attributes, inside] = forms.find(([form]) => GOES_ON.test(form)) ?? forms[0];
    const fields = new URLSearchParams();
    for (const [tag] of inside.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      fields.append(attribute(tag, 'name'), attribute(tag, 'value'));
    }
    // A checkbox is sent when it is checked and not disabled.
    for (const [tag] of inside.matchAll(/<input[^>]*type="checkbox"[^>]*" checked>/g)) {
      fields.append(attribute(tag, 'name'), attribute(tag, 'value'));
    }
    const [press] = GOES_ON.exec(inside) ?? [];
    if (press) fields.append(attribute(press, 'name'), attribute(press, 'value'));
    return { action: attribute(attributes, 'action'), fields };
  }
}

const GOES_ON = /<button[^>]*name="user"[^>]*>|<button[^>]*value="approve"[^>]*>/;

function attribute(tag, name) {
  const [, text] = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag) ?? [];
  return text?.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

// The whole way of one sign-in in a new browser: the URL the client is called back with.
export async function signInAt(url) {
  const { response, client } = await new Browser().open(url);
  if (!client) throw new Error(`${response.status} instead of the client: ${await response.text()}`);
  return client;
}
