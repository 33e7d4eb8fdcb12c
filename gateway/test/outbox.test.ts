import { expect } from 'chai';
import { Outbox, type Ticket } from '../clients/js/outbox.ts';

describe('the outbox of a client', () => {
  const ticket = (): Ticket => ({ left: 1, resolve() {}, reject() {}, isOver: false });

  function outbox() {
    const sent: { id: number; seq: number }[] = [];
    const box = new Outbox('clicks', { next: 1 }, () => {});
    const window = { trySend: (_: number, text: string) => sent.push(JSON.parse(text)) > 0 };
    return {
      box,
      sent,
      add: (text: string) => box.add({ texts: [text], bytes: 10 }, 'memory', ticket()),
      pump: () => box.pump(window, 1),
    };
  }

  it('keeps its numbers where the server says less is safe than it has taken', () => {
    const { box, sent, add, pump } = outbox();
    box.begin(0);
    add('1');
    add('2');
    pump();
    box.acked(sent[0]!.id, 1); // taken, and not safe yet
    box.begin(0);
    pump();
    expect(sent.map(({ seq }) => seq)).to.deep.equal([1, 2, 2]);
  });

  it('goes on from what the server has, where that is more', () => {
    const { box, sent, add, pump } = outbox();
    box.begin(7);
    add('1');
    pump();
    expect(sent[0]!.seq).to.equal(8);
  });

  it('moves down when the server has forgotten', () => {
    const { box, sent, add, pump } = outbox();
    box.begin(7);
    add('1');
    pump();
    box.rewind(sent[0]!.id, 1);
    pump();
    expect(sent.map(({ seq }) => seq)).to.deep.equal([8, 1]);
  });
});
