import { expect } from 'chai';
import { GatewayError } from '../clients/js/errors.ts';
import { Outbox, type Ticket } from '../clients/js/outbox.ts';

describe('the outbox of a client', () => {
  const ticket = (): Ticket => ({ left: 1, count: 0, resolve() {}, reject() {}, isOver: false });

  function outbox() {
    const sent: { id: number; seq: number }[] = [];
    const box = new Outbox('clicks', { next: 1 }, () => {});
    const window = { trySend: (_: number, text: string) => sent.push(JSON.parse(text)) > 0 };
    return {
      box,
      sent,
      add: (text: string) => box.add({ texts: [text], bytes: 10 }, 'memory', ticket()),
      pump: () => {
        while (box.hasUnsent && box.sendNext(window, 1));
      },
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

  it('closes the hole of what new limits have dropped, also while those ahead of it wait for their answer', () => {
    const { box, sent, add, pump } = outbox();
    box.begin(0);
    for (const text of ['1', '"large"', '3', '4']) add(text);
    pump();
    box.fit((texts) => {
      if (texts[0] === '"large"') throw new GatewayError('TOO_LARGE', 'no');
      return [{ texts, bytes: 10 }];
    });
    box.begin(0);
    pump();
    for (const { id } of sent.slice(5)) box.rewind(id, 2);
    pump();
    expect(sent.map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4, 1, 3, 4, 2, 3]);
  });

  it('counts refused records from the first of the call, however it was cut into frames', () => {
    const { box, sent, pump } = outbox();
    let refused: GatewayError | undefined;
    const call: Ticket = { ...ticket(), left: 2, reject: (error) => (refused = error) };
    for (const texts of [['1'], ['2', '3', '4', '5']]) box.add({ texts, bytes: 10 }, 'memory', call);
    box.begin(0);
    // The server's frames are smaller than was thought.
    box.fit((texts) => texts.map((text) => ({ texts: [text], bytes: 2 })));
    pump();
    const error = new GatewayError('SCHEMA', '1 of 1', { bad: [{ index: 0, path: '', message: 'no' }] });
    box.refused(sent[3]!.id, error);
    expect(refused!.bad).to.deep.equal([{ index: 3, path: '', message: 'no' }]);
  });
});
