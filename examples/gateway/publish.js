import { at, connect } from './connection.js';

/** Names what this page sends, so that the gateway takes a line once, however often it is sent. */
const producer = {
  id: `page-${Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join('')}`,
};

/** Lines without an acknowledgement, oldest first: `{ id, text, item }`. The first one is on its way. */
const waiting = [];
let nextId = 1;
/** Of the line that was taken last. */
let seq = 0;
let epoch;
let send = () => {};

function publish() {
  if (waiting.length === 0) return;
  const [{ id, text }] = waiting;
  send({ t: 'pub', id, stream: 'lines', ack: 'memory', pe: epoch, seq: seq + 1, records: [{ v: text }] });
}

const taken = () => {
  waiting.shift().item.className = '';
};

connect({
  hello: { client: { name: 'publish-page' }, producer },
  opened(welcome, sender) {
    send = sender;
    epoch = welcome.producer.epoch;
    const { lines = 0 } = welcome.producer.last;
    // It was taken, and the connection broke before we heard of it. A server that begins anew knows of none.
    if (waiting.length > 0 && lines > seq) taken();
    seq = lines;
    publish();
  },
  received(message) {
    if (message.id !== waiting[0]?.id) return;
    if (message.t === 'puback') {
      seq = message.seq;
      taken();
      publish();
    } else if (message.t === 'puberr' && message.retryMs !== undefined) {
      setTimeout(publish, message.retryMs);
    } else if (message.t === 'puberr') {
      at('trouble').textContent = `Not taken: ${message.message}.`;
      waiting.shift().item.remove();
      publish();
    }
  },
});

at('form').onsubmit = (event) => {
  event.preventDefault();
  const text = at('line').value.trim();
  if (text === '') return;
  const item = Object.assign(document.createElement('li'), { textContent: text, className: 'waits' });
  waiting.push({ id: nextId++, text, item });
  at('sent').prepend(item);
  at('none').hidden = true;
  at('trouble').textContent = '';
  at('line').value = '';
  if (waiting.length === 1) publish();
};
