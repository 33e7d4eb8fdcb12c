/** The status page: plain files as text, so that the server needs none on disk. It is a subscriber like any other. */
export const STATUS_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>dstreams gateway</title>
<link rel="stylesheet" href="/status.css">
</head>
<body>
<header><h1>dstreams gateway</h1><span id="state" class="off">connecting</span></header>
<form id="login" hidden><label>Token <input id="token" type="password" autocomplete="off"></label> <button>Connect</button></form>
<main>
<section class="cards">
<div><b id="connections">0</b><span>connections</span></div>
<div><b id="rate">0</b><span>records/s in</span></div>
<div><b id="out">0</b><span>KiB/s out</span></div>
<div><b id="ack">-</b><span>ack p99, ms</span></div>
</section>
<h2>Streams in</h2>
<table><thead><tr><th>stream</th><th>records</th><th>state</th></tr></thead><tbody id="inputs"></tbody></table>
<h2>Streams out</h2>
<table><thead><tr><th>stream</th><th>readers</th><th>last batch</th><th>oldest kept</th><th>KiB kept</th></tr></thead><tbody id="outputs"></tbody></table>
<p class="links"><a href="/metrics">metrics</a> <a href="/healthz">health</a> <a href="/schema/">schemas</a></p>
</main>
<script src="/status.js"></script>
</body>
</html>
`;

export const STATUS_CSS = `:root { color-scheme: light dark; --line: #8884; --good: #2a9d5c; --bad: #c8453b; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
header { display: flex; align-items: baseline; gap: 1rem; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; } h2 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
#state { font-size: .85rem; } #state.on { color: var(--good); } #state.off { color: var(--bad); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .8rem; margin-top: 1.2rem; }
.cards div { border: 1px solid var(--line); border-radius: .5rem; padding: .7rem 1rem; }
.cards b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; } .cards span { opacity: .7; font-size: .85rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); } th { font-weight: 600; opacity: .7; }
form { margin: 1rem 0; } .links a { margin-right: 1rem; }
`;

export const STATUS_JS = `'use strict';
const at = (id) => document.getElementById(id);
const number = (x) => Math.round(x).toLocaleString('en');
const time = (ms) => ms === null ? '-' : new Date(ms).toLocaleTimeString();
let token;
let waitMs = 500;
function rows(id, list) {
  at(id).replaceChildren(...list.map((cells) => {
    const row = document.createElement('tr');
    for (const cell of cells) row.append(Object.assign(document.createElement('td'), { textContent: cell }));
    return row;
  }));
}
function show(s) {
  at('connections').textContent = number(s.connections);
  at('rate').textContent = number(s.recordsPerSecond);
  at('out').textContent = number(s.bytesOutPerSecond / 1024);
  at('ack').textContent = s.ackMsP99 === null ? '-' : s.ackMsP99.toFixed(1);
  rows('inputs', s.inputs.map((i) => [i.name, number(i.records), i.isOpen ? 'open' : 'closed']));
  rows('outputs', s.outputs.map((o) => [o.name, number(o.readers), time(o.latest), time(o.oldest), number(o.bytes / 1024)]));
}
function state(text, isOn) {
  at('state').textContent = text;
  at('state').className = isOn ? 'on' : 'off';
}
function connect() {
  const ws = new WebSocket(location.origin.replace(/^http/, 'ws') + '/', 'dstreams.v1.json');
  const send = (message) => ws.send(JSON.stringify(message));
  ws.onopen = () => send({ t: 'hello', v: 1, token, client: { name: 'status-page' } });
  ws.onmessage = ({ data }) => {
    const m = JSON.parse(data);
    if (m.t === 'welcome') {
      waitMs = 500;
      at('login').hidden = true;
      state('live', true);
      send({ t: 'sub', id: 1, stream: 'dstreams.status', from: 'latest' });
    } else if (m.t === 'batch') for (const record of m.records) show(record);
    else if (m.t === 'err') state(m.message, false);
  };
  ws.onclose = ({ code, reason }) => {
    if (code === 4501 || code === 4010) at('login').hidden = false;
    state('closed: ' + (reason || code), false);
    if (code >= 4500) return;
    setTimeout(connect, waitMs * (0.5 + Math.random()));
    waitMs = Math.min(waitMs * 2, 15000);
  };
}
at('login').onsubmit = (event) => {
  event.preventDefault();
  token = at('token').value;
  connect();
};
connect();
`;
