import { at, connect } from './connection.js';

const ROWS_MAX = 15;
let parts = [];

function row(word, n, most) {
  const element = document.createElement('tr');
  const cell = (name, text) => element.appendChild(Object.assign(document.createElement(name), { textContent: text }));
  cell('th', word).scope = 'row';
  const bar = cell('td', '').appendChild(Object.assign(document.createElement('div'), { className: 'bar' }));
  bar.style.width = `${(100 * n) / most}%`;
  cell('td', n.toLocaleString('en'));
  return element;
}

/** Rows stay where they are, so that their bars grow; only what changed is touched. */
function show(counts, batchTime) {
  at('batch').textContent = new Date(batchTime).toLocaleTimeString('en', { hourCycle: 'h23' });
  at('total').textContent = counts.reduce((sum, [, n]) => sum + n, 0).toLocaleString('en');
  at('distinct').textContent = counts.length.toLocaleString('en');
  at('none').hidden = counts.length > 0;
  at('table').hidden = counts.length === 0;
  const top = counts.slice(0, ROWS_MAX);
  const rows = [...at('rows').children];
  for (const [i, [word, n]] of top.entries()) {
    const fresh = row(word, n, top[0][1]);
    const old = rows[i];
    if (old === undefined) at('rows').append(fresh);
    else {
      old.cells[0].textContent = word;
      old.cells[1].firstChild.style.width = fresh.cells[1].firstChild.style.width;
      old.cells[2].textContent = fresh.cells[2].textContent;
    }
  }
  for (const old of rows.slice(top.length)) old.remove();
}

connect({
  hello: { client: { name: 'live-page' } },
  opened(_, send) {
    parts = [];
    send({ t: 'sub', id: 1, stream: 'counts' });
  },
  received({ t, part, records, batchTime }) {
    if (t !== 'batch') return;
    const [i, n] = part;
    parts = i === 0 ? records : parts.concat(records);
    if (i === n - 1) show(parts, batchTime);
  },
});
