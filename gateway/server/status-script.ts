/** What the status page does: connects as any subscriber, shows what comes, asks for a token where one is needed. */
export const STATUS_JS = `'use strict';
const MINUTE = 60;
const at = (id) => document.getElementById(id);
const number = (x, digits = 0) => x.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const time = (ms) => ms === null ? '–' : new Date(ms).toLocaleTimeString('en', { hourCycle: 'h23' });
let token;
let socket;
let timer;
let waitMs = 500;
let rates = [];

function rows(id, list, none) {
  const body = at(id);
  const heads = [...body.parentElement.querySelectorAll('th')];
  const cell = (text, className) => Object.assign(document.createElement('td'), { textContent: text, className });
  const row = (cells) => {
    const element = document.createElement('tr');
    element.append(...cells);
    return element;
  };
  if (list.length > 0) {
    body.replaceChildren(...list.map((texts) => row(texts.map((text, i) => cell(text, heads[i].className)))));
  } else {
    body.replaceChildren(row([Object.assign(cell(none, 'empty'), { colSpan: heads.length })]));
  }
}

function chart() {
  const peak = Math.max(...rates);
  const x = (i) => (600 * (MINUTE - rates.length + 1 + i)) / MINUTE;
  const y = (rate) => 78 - (peak > 0 ? (74 * rate) / peak : 0);
  const line = rates.map((rate, i) => x(i).toFixed(1) + ' ' + y(rate).toFixed(1)).join(' L');
  at('curve').setAttribute('d', 'M' + line);
  at('area').setAttribute('d', 'M' + x(0).toFixed(1) + ' 80 L' + line + ' L600 80 Z');
  at('peak').textContent = 'at most ' + number(peak);
}

function show(s) {
  at('connections').textContent = number(s.connections);
  at('rate').textContent = number(s.recordsPerSecond);
  at('out').textContent = number(s.bytesOutPerSecond / 1024, 1);
  at('ack').textContent = s.ackMsP99 === null ? '–' : number(s.ackMsP99, 1) + ' ms';
  rows('inputs', s.inputs.map((i) => [i.name, number(i.records), i.isOpen ? 'open' : 'closed']), 'The program has no receiver of this gateway.');
  rows(
    'outputs',
    s.outputs.map((o) => [
      o.name, number(o.readers), time(o.latest), o.latestCount === null ? '–' : number(o.latestCount), time(o.oldest), number(o.bytes / 1024, 1),
    ]),
    'The program has no publisher of this gateway.',
  );
  rows('readers', s.readers.map((r) => [r.client === '' ? '–' : r.client, r.stream, time(r.sent), time(r.done)]), 'Nobody reads.');
  rates = [...rates, s.recordsPerSecond].slice(-MINUTE - 1);
  chart();
}

function state(text, isOn) {
  at('state').textContent = text;
  at('state').className = isOn ? 'on' : 'off';
  at('live').className = isOn ? '' : 'old';
}

/** Asks for a token, and says why. */
function ask(why) {
  state('Not connected', false);
  at('login').hidden = false;
  at('live').hidden = true;
  at('why').textContent = why;
  at('token').value = '';
  at('token').focus();
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.');

function connect() {
  clearTimeout(timer);
  const ws = new WebSocket(location.origin.replace(/^http/, 'ws') + '/', 'dstreams.v1.json');
  socket = ws;
  let refusal;
  const send = (message) => ws.send(JSON.stringify(message));
  ws.onopen = () => send({ t: 'hello', v: 1, token, client: { name: 'status-page' } });
  ws.onmessage = ({ data }) => {
    const m = JSON.parse(data);
    if (m.t === 'welcome') {
      waitMs = 500;
      rates = [];
      send({ t: 'sub', id: 1, stream: 'dstreams.status', from: 'latest' });
    } else if (m.t === 'subok') {
      at('login').hidden = true;
      at('live').hidden = false;
      state('Live', true);
    } else if (m.t === 'batch') {
      for (const record of m.records) show(record);
    } else if (m.t === 'err' && !m.fatal) {
      // A token that is good, but not for this.
      refusal = m.message;
      ws.close();
    }
  };
  ws.onclose = ({ code, reason }) => {
    if (socket !== ws) return;
    if (refusal !== undefined) return ask(sentence(refusal));
    if (code === 4501 && token === undefined) return ask('This gateway asks for a token.');
    if (code === 4501 || code === 4010) return ask(sentence(reason));
    const why = reason === '' ? 'The gateway does not answer' : sentence(reason).slice(0, -1);
    if (code >= 4500) return state(why + ' (' + code + '). Reload the page to try again.', false);
    state(why + '. Trying again …', false);
    timer = setTimeout(connect, waitMs * (0.5 + Math.random()));
    waitMs = Math.min(waitMs * 2, 15000);
  };
}

at('login').onsubmit = (event) => {
  event.preventDefault();
  token = at('token').value.trim();
  state('Connecting …', false);
  socket.onclose = null;
  socket.close();
  connect();
};
connect();
`;
