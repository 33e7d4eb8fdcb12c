/** Gives the steps that it takes, where it takes more than one. */
type Work = () => Iterator<void> | undefined | void;

/** What comes of one connection, done in order: nothing is begun before all that came earlier is done. */
export class Inbox {
  private readonly waiting: Work[] = [];
  private isBusy = false;

  /** `goOn` sees to it that the steps are taken, all of them. */
  constructor(private readonly goOn: (steps: Iterator<void>) => void) {}

  take(work: Work): void {
    if (this.isBusy) this.waiting.push(work);
    else {
      const steps = work();
      if (steps !== undefined) this.begin(steps);
    }
  }

  private begin(steps: Iterator<void>): void {
    this.isBusy = true;
    this.goOn(this.all(steps));
  }

  private *all(first: Iterator<void>): Generator<void> {
    let steps: Iterator<void> | undefined | void = first;
    for (;;) {
      while (steps !== undefined && steps.next().done !== true) yield;
      const work = this.waiting.shift();
      if (work === undefined) break;
      steps = work();
      yield;
    }
    this.isBusy = false;
  }
}
