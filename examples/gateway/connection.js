/**
 * A connection of a page to the gateway, by the protocol itself (docs/gateway-protocol.md). A program of your own has
 * `dstreams/client` for this.
 */
export const at = (id) => document.getElementById(id);

let token;
let waitMs = 250;

function state(text, isOn) {
  at('state').textContent = text;
  at('state').className = isOn ? 'on' : 'off';
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Asks for a token, says why, and connects with it. */
function ask(why, again) {
  state('Not connected', false);
  at('why').textContent = why;
  at('login').hidden = false;
  at('token').value = '';
  at('token').focus();
  at('login').onsubmit = (event) => {
    event.preventDefault();
    token = at('token').value.trim();
    at('login').hidden = true;
    state('Connecting …', false);
    again();
  };
}

/**
 * Connects, and again whenever the connection breaks. `hello`: its fields; `opened(welcome, send)` and `received(message)`
 * are told what comes.
 */
export function connect({ hello, opened, received }) {
  const again = () => connect({ hello, opened, received });
  const port = document.documentElement.dataset.gateway;
  const ws = new WebSocket(`ws://${location.hostname}:${port}/`, 'dstreams.v1.json');
  const send = (message) => {
    if (ws.readyState === WebSocket.OPEN) ws.send(JSON.stringify(message));
  };
  let refusal;
  ws.onopen = () => send({ t: 'hello', v: 1, token, ...hello });
  ws.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.t === 'welcome') {
      waitMs = 250;
      state('Connected', true);
      opened(message, send);
    } else if (message.t === 'err' && !message.fatal) {
      // A token that is good, but not for this.
      refusal = message.message;
      ws.close();
    } else received(message);
  };
  ws.onclose = ({ code, reason }) => {
    if (refusal !== undefined) return ask(`${sentence(refusal)}.`, again);
    if (code === 4501 && token === undefined) return ask('The gateway asks for a token.', again);
    if (code === 4501 || code === 4010) return ask(`${sentence(reason)}.`, again);
    const why = reason === '' ? 'The gateway does not answer' : sentence(reason);
    if (code >= 4500) return state(`${why} (${code}). Reload the page to try again.`, false);
    state(`${why}. Trying again …`, false);
    setTimeout(again, waitMs * (0.5 + Math.random()));
    waitMs = Math.min(2 * waitMs, 15_000);
  };
}
